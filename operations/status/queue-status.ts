import { GetQueueAttributesCommand, GetQueueUrlCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { Named } from "../../spec/names";
import { deadLettersName, queueName } from "../../spec/service/queues";
import { hasName } from "../target/aws-error";
import type { QueueStatus } from "./entry";

const GONE = ["QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"] as const;

/** The messages of a queue and of its dead letters; `undefined` if it does not exist. */
export async function queueStatus(
  queue: string,
  config: Named,
  sqs: SQSClient,
): Promise<QueueStatus | undefined> {
  try {
    const [waiting, deadLetters] = await Promise.all([
      messagesIn(queueName(config, queue), sqs),
      messagesIn(deadLettersName(config, queue), sqs),
    ]);
    return { name: queue, waiting, deadLetters };
  } catch (error) {
    if (hasName(error, ...GONE)) return undefined;
    throw error;
  }
}

async function messagesIn(QueueName: string, sqs: SQSClient): Promise<number> {
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName }));
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["ApproximateNumberOfMessages"] }),
  );
  return Number(Attributes["ApproximateNumberOfMessages"] ?? 0);
}
