import { SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import { writeExport } from "./export-message.js";
import type { Export } from "./export-store.js";

/** For all of a request, of which AWS answers most within 50 ms. */
const ANSWER_MS = 5000;

/**
 * The most that SQS takes at once.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
 */
export const BATCH = 10;

export interface Sent {
  /** The positions of the messages that the queue has. */
  readonly accepted: readonly string[];
  /** Why it has not the others, if there are any. */
  readonly refused: string | undefined;
}

/** The SQS queue `exports`, at the host of its URL. Region and credentials are the SDK's own variables. */
export class ExportQueue {
  readonly #client = new SQSClient({
    // Whoever calls waits and comes again, with other messages.
    maxAttempts: 1,
  });

  constructor(private readonly queueUrl: string) {}

  /** Sends up to `BATCH` messages; throws if it is not known what became of them. */
  async send(entries: readonly Export[]): Promise<Sent> {
    const { Successful, Failed } = await this.#client.send(
      new SendMessageBatchCommand({
        QueueUrl: this.queueUrl,
        Entries: entries.map(({ position, message }) => ({
          Id: position,
          MessageBody: writeExport(message),
        })),
      }),
      { abortSignal: AbortSignal.timeout(ANSWER_MS) },
    );
    // SQS names each entry in one of both lists; one that it does not name was not taken.
    const accepted = (Successful ?? []).flatMap(({ Id }) => Id ?? []);
    const refused =
      accepted.length < entries.length
        ? (Failed?.[0]?.Code ?? "not named in the answer")
        : undefined;
    return { accepted, refused };
  }

  close(): void {
    this.#client.destroy();
  }
}
