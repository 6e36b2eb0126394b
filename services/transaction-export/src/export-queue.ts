import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";

/**
 * The most that SQS gives at once, and that this task works on at a time.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
 */
const BATCH = 10;

/** The longest that SQS waits for a message: an idle queue costs three requests a minute. */
const WAIT_SECONDS = 20;

/**
 * For how long nobody else gets a message that this task has received, unless it asks for more time.
 * Shorter than the queue's own setting: what a killed task had in its hands is soon in another's.
 */
export const LEASE_SECONDS = 30;

/** For all of a request, with the SDK's repetitions, besides what SQS waits. */
const ANSWER_MS = 5000;

export interface Message {
  readonly id: string;
  /** Of this time that it was received. */
  readonly receipt: string;
  readonly body: string;
  /** How often it was received, this time included. */
  readonly attempt: number;
}

/** The SQS queue `exports`, at the host of its URL. Region and credentials are the SDK's own variables. */
export class ExportQueue {
  readonly #client = new SQSClient();

  constructor(private readonly queueUrl: string) {}

  /**
   * Waits for messages. What SQS has just given when `stop` is aborted is nobody's until its lease
   * ends; then it is given again.
   */
  async receive(stop: AbortSignal): Promise<Message[]> {
    const limit = AbortSignal.timeout(WAIT_SECONDS * 1000 + ANSWER_MS);
    const { Messages } = await this.#client.send(
      new ReceiveMessageCommand({
        QueueUrl: this.queueUrl,
        MaxNumberOfMessages: BATCH,
        WaitTimeSeconds: WAIT_SECONDS,
        VisibilityTimeout: LEASE_SECONDS,
        MessageSystemAttributeNames: ["ApproximateReceiveCount"],
      }),
      { abortSignal: AbortSignal.any([stop, limit]) },
    );
    // The SDK types every field as optional; SQS gives all of them.
    return (Messages ?? []).map((message) => ({
      id: message.MessageId ?? "",
      receipt: message.ReceiptHandle ?? "",
      body: message.Body ?? "",
      attempt: Number(message.Attributes?.ApproximateReceiveCount ?? 1),
    }));
  }

  /** They are done. Throws if one of them is not deleted: it then comes again. */
  async delete(messages: readonly Message[]): Promise<void> {
    const { Failed } = await this.#client.send(
      new DeleteMessageBatchCommand({ QueueUrl: this.queueUrl, Entries: messages.map(entryOf) }),
      { abortSignal: AbortSignal.timeout(ANSWER_MS) },
    );
    if (Failed?.[0]) throw new Error(`${Failed.length} not deleted: ${Failed[0].Code}`);
  }

  /** Nobody else gets them for so long from now on; throws if that is not so for one of them. */
  async hold(messages: readonly Message[], seconds: number): Promise<void> {
    const { Failed } = await this.#client.send(
      new ChangeMessageVisibilityBatchCommand({
        QueueUrl: this.queueUrl,
        Entries: messages.map((message, index) => ({
          ...entryOf(message, index),
          VisibilityTimeout: seconds,
        })),
      }),
      { abortSignal: AbortSignal.timeout(ANSWER_MS) },
    );
    if (Failed?.[0]) throw new Error(`${Failed.length} not held: ${Failed[0].Code}`);
  }

  close(): void {
    this.#client.destroy();
  }
}

function entryOf({ receipt }: Message, index: number) {
  return { Id: String(index), ReceiptHandle: receipt };
}
