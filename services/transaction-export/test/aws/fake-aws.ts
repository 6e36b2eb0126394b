import type { TestContext } from "vitest";
import { FakeS3 } from "./fake-s3.js";
import { FakeSqs } from "./fake-sqs.js";
import type { QueueModel } from "./queue-model.js";

const IDENTITY = {
  AWS_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: "test",
  AWS_SECRET_ACCESS_KEY: "test",
};

/** SQS and S3 of a test, and the variables by which the AWS SDK finds them. */
export async function fakeAws(t: TestContext, model?: QueueModel) {
  const [sqs, s3] = await Promise.all([FakeSqs.start(model), FakeS3.start()]);
  t.onTestFinished(async () => {
    await Promise.all([sqs.stop(), s3.stop()]);
  });
  const environment = {
    ...IDENTITY,
    AWS_ENDPOINT_URL_SQS: sqs.endpoint,
    AWS_ENDPOINT_URL_S3: s3.endpoint,
    EXPORTS_QUEUE_URL: sqs.queueUrl,
    STATEMENTS_BUCKET: s3.bucket,
  };
  return { sqs, s3, environment };
}
