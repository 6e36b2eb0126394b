import {
  GetObjectCommand,
  paginateListObjectsV2,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";

/** For all of a request, with the SDK's repetitions. */
const ANSWER_MS = 30_000;

/** The S3 bucket `statements`. Region, credentials and endpoint are the SDK's own variables. */
export class StatementBucket {
  readonly #client = new S3Client();

  constructor(private readonly bucket: string) {}

  /** The keys of all objects with the prefix, page by page: of up to 1000 each. */
  async *keys(prefix: string): AsyncGenerator<string[]> {
    const pages = paginateListObjectsV2(
      { client: this.#client },
      { Bucket: this.bucket, Prefix: prefix },
    );
    // The SDK types every field as optional; S3 gives each object's key.
    for await (const { Contents } of pages) yield (Contents ?? []).flatMap(({ Key }) => Key ?? []);
  }

  async read(key: string): Promise<string> {
    const { Body } = await this.#client.send(
      new GetObjectCommand({ Bucket: this.bucket, Key: key }),
      { abortSignal: AbortSignal.timeout(ANSWER_MS) },
    );
    return (await Body?.transformToString()) ?? "";
  }

  /** The file is there as a whole, or not at all. */
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
}
