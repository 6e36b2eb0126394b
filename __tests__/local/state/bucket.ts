import {
  CreateBucketCommand,
  ListObjectsV2Command,
  PutBucketVersioningCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { PORT } from "../e2e/support/checkout";
import { rootCredentials } from "../e2e/support/root-credentials";

const s3 = new S3Client({
  endpoint: `http://127.0.0.1:${PORT}`,
  region: "us-east-1",
  credentials: rootCredentials,
  forcePathStyle: true,
});

/** Creates a state bucket, like an account's. */
export async function createStateBucket(Bucket: string): Promise<void> {
  await s3.send(new CreateBucketCommand({ Bucket }));
  await s3.send(
    new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }),
  );
}

export async function keysIn(Bucket: string): Promise<string[]> {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
  return Contents.map(({ Key = "" }) => Key).sort();
}
