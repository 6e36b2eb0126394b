import { GetBucketVersioningCommand, HeadBucketCommand } from "@aws-sdk/client-s3";
import type { S3State } from "../../spec/variables/backend";
import { hasName, isDenied, wordsOf } from "../target/aws-error";
import { type Check, type CheckResult, type Problem, resultOf } from "./check";
import { createStateClient } from "./clients";
import { partitionOf } from "../../spec/regions";

/** Checks that the state bucket exists in the expected region and the caller can access it. */
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

/** Checks that an overwritten or deleted state can be restored. */
export const stateVersions: Check = {
  title: "Versions of the states",
  run: async ({ clientSettings, config: { backend } }) => {
    if (backend.kind !== "s3") return NOT_IN_S3;
    const { bucket } = backend;
    const client = createStateClient(clientSettings, backend);
    const problem = {
      problem: `the bucket ${bucket} has no versioning: a lost or damaged state could not be restored`,
      fix: keepVersions(bucket),
    };
    try {
      const { Status } = await client.send(new GetBucketVersioningCommand({ Bucket: bucket }));
      return resultOf("kept", Status === "Enabled" ? [] : [problem]);
    } catch (error) {
      // Deploying does not require this permission; another check reports a missing bucket.
      if (!isDenied(error) && !hasName(error, "NoSuchBucket", "PermanentRedirect")) throw error;
      return { found: `unknown (${wordsOf(error)})` };
    }
  },
};

const NOT_IN_S3: CheckResult = { found: "the states are not in S3" };

function keepVersions(bucket: string): string {
  return `aws s3api put-bucket-versioning --bucket ${bucket} --versioning-configuration Status=Enabled`;
}

/** A HEAD response has no body, only its status and the bucket's region. */
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
        problem: `the state bucket ${bucket} does not exist`,
        fix: `aws s3 mb s3://${bucket} --region ${region} && ${keepVersions(bucket)}`,
      };
    case 403:
      return {
        problem: `the caller may not use the bucket ${bucket}, or another account owns it`,
        fix: `allow the caller s3:ListBucket on arn:${partitionOf(region)}:s3:::${bucket} and s3:GetObject, s3:PutObject and s3:DeleteObject on its objects, or choose another bucket`,
      };
    default:
      return {
        problem: `the bucket ${bucket} is unreachable (${wordsOf(error)})`,
        fix: "check the network, the proxy and AWS_ENDPOINT_URL",
      };
  }
}

function answerOf(error: unknown): { status?: unknown; place?: string } {
  if (typeof error !== "object" || error === null) return {};
  // The SDK attaches the response to an error.
  const { $metadata, $response } = error as {
    $metadata?: { httpStatusCode?: number };
    $response?: { headers?: Record<string, string> };
  };
  const place = $response?.headers?.["x-amz-bucket-region"];
  return { status: $metadata?.httpStatusCode, ...(place !== undefined && { place }) };
}
