import { HeadBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";

/** For all of a request, with the SDK's repetitions. */
const ANSWER_MS = 15_000;

/** The S3 bucket `statements`. Region, credentials and endpoint are the SDK's own variables. */
export class StatementBucket {
  readonly #client = new S3Client();

  constructor(private readonly bucket: string) {}

  /** Comes back when the object is durable; it is there as a whole, or not at all. */
  async write(key: string, json: string): Promise<void> {
    await this.#client.send(
      new PutObjectCommand({
        Bucket: this.bucket,
        Key: key,
        Body: json,
        ContentType: "application/json",
      }),
      { abortSignal: AbortSignal.timeout(ANSWER_MS) },
    );
  }

  /** Throws unless the bucket answers. */
  async check(): Promise<void> {
    await this.#client.send(new HeadBucketCommand({ Bucket: this.bucket }), {
      abortSignal: AbortSignal.timeout(ANSWER_MS),
    });
  }

  close(): void {
    this.#client.destroy();
  }
}
