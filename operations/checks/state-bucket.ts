import { GetBucketVersioningCommand, HeadBucketCommand } from "@aws-sdk/client-s3";
import type { S3State } from "../../spec/variables/backend-settings";
import { hasName, isDenied, wordsOf } from "../target/aws-error";
import { type Check, type CheckResult, type Problem, resultOf } from "./check";
import { createStateClient } from "./clients";
import { partitionOf } from "../../spec/regions";

/** That the bucket of the states is there, in its region, and open to the caller. */
export const stateBucket: Check = {
  title: "State bucket",
  run: async ({ clientSettings, config: { backend } }) => {
    if (backend.kind !== "s3") return NOT_IN_S3;
    const client = createStateClient(clientSettings, backend);
    try {
      await client.send(new HeadBucketCommand({ Bucket: backend.bucket }));
      return { found: `s3://${backend.bucket} in ${backend.region}` };
    } catch (error) {
      return { problems: [explain(error, backend)] };
    }
  },
};

/** That a state which is overwritten or deleted can be had back. */
export const stateVersions: Check = {
  title: "Versions of the states",
  run: async ({ clientSettings, config: { backend } }) => {
    if (backend.kind !== "s3") return NOT_IN_S3;
    const { bucket } = backend;
    const client = createStateClient(clientSettings, backend);
    const problem = {
      problem: `the bucket ${bucket} keeps no versions: a state that is lost or damaged could not be restored`,
      fix: keepVersions(bucket),
    };
    try {
      const { Status } = await client.send(new GetBucketVersioningCommand({ Bucket: bucket }));
      return resultOf("kept", Status === "Enabled" ? [] : [problem]);
    } catch (error) {
      // Whoever may deploy need not be allowed to ask this; whether the bucket is there says another check.
      if (!isDenied(error) && !hasName(error, "NoSuchBucket", "PermanentRedirect")) throw error;
      return { found: `not told (${wordsOf(error)})` };
    }
  },
};

const NOT_IN_S3: CheckResult = { found: "the states are not in S3" };

function keepVersions(bucket: string): string {
  return `aws s3api put-bucket-versioning --bucket ${bucket} --versioning-configuration Status=Enabled`;
}

/** An answer to HEAD has no body: its status is all there is, and where the bucket is. */
function explain(error: unknown, { bucket, region }: S3State): Problem {
  const { status, place } = answerOf(error);
  if (place !== undefined && place !== region) {
    return {
      problem: `the bucket ${bucket} is in ${place}, not in ${region}`,
      fix: `export PLATFORM_STATE_REGION=${place}`,
    };
  }
  switch (status) {
    case 404:
      return {
        problem: `there is no bucket ${bucket} for the states`,
        fix: `aws s3 mb s3://${bucket} --region ${region} && ${keepVersions(bucket)}`,
      };
    case 403:
      return {
        problem: `the credentials may not use the bucket ${bucket}, or it is another account's`,
        fix: `allow the caller s3:ListBucket on arn:${partitionOf(region)}:s3:::${bucket} and s3:GetObject, s3:PutObject and s3:DeleteObject on what is in it, or choose another bucket`,
      };
    default:
      return {
        problem: `the bucket ${bucket} could not be reached (${wordsOf(error)})`,
        fix: "see that the network, a proxy and AWS_ENDPOINT_URL lead to S3",
      };
  }
}

function answerOf(error: unknown): { status?: unknown; place?: string } {
  if (typeof error !== "object" || error === null) return {};
  // What the SDK adds to an error: the response that it was made of.
  const { $metadata, $response } = error as {
    $metadata?: { httpStatusCode?: number };
    $response?: { headers?: Record<string, string> };
  };
  const place = $response?.headers?.["x-amz-bucket-region"];
  return { status: $metadata?.httpStatusCode, ...(place !== undefined && { place }) };
}
