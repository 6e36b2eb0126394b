import * as z from "zod/mini";
import { type Named, resourceName } from "../names";
import { entry, whole } from "../schema";
import { type NamedList, list, namedList, namesIn, valuesIn } from "./named-list";

/** How a queue hands out its messages. */
export interface QueueChoice {
  /**
   * How long a message stays hidden from others after it is received: the longest that the work on it may
   * take. A message that is not deleted by then is handed out again. @default 120
   *
   * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html
   */
  readonly workSeconds?: number;
  /** How often a message is handed out before it goes to the dead letters. @default 5 */
  readonly attempts?: number;
}

/** The words that draw lines between services and queues. */
export interface QueueEdges {
  /** Queues that it puts messages on. It gets `<QUEUE>_QUEUE_URL` for each. */
  readonly sends?: readonly string[];
  /**
   * Queues that it takes messages from, and deletes them when it has done their work. A queue exists because
   * exactly one service receives it. It gets `<QUEUE>_QUEUE_URL` for each, as its senders do.
   */
  readonly receives?: NamedList<QueueChoice>;
}

const DEFAULT_QUEUE = { workSeconds: 120, attempts: 5 } as const satisfies QueueChoice;

/**
 * How long messages are kept. Their time in the queue counts: a message that waits for its whole week there
 * still has one among the dead letters, where 14 days are AWS's limit.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/setting-up-dead-letter-queue-retention.html
 */
export const RETENTION_DAYS = { queue: 7, deadLetters: 14 } as const;

/** The longest name of a queue in the catalogue: that of its dead letters has 67 of SQS's 80 characters then. */
export const QUEUE_LETTERS = 24;

/** A message can be hidden for at most 12 hours. */
const WORK_SECONDS = { least: 1, most: 43_200 };

/** @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html */
const ATTEMPTS = { least: 1, most: 1_000 };

/** What a service may do with a queue that it sends to; batches need no action of their own. */
export const SENDER_ACTIONS: readonly string[] = ["sqs:SendMessage"];

/** What a service may do with a queue that it receives. */
export const RECEIVER_ACTIONS: readonly string[] = [
  "sqs:ReceiveMessage",
  "sqs:DeleteMessage",
  "sqs:ChangeMessageVisibility",
  "sqs:GetQueueAttributes",
];

function numberOf(
  unit: string,
  { least, most }: { readonly least: number; readonly most: number },
) {
  return whole(`a whole number of ${unit} from ${least} to ${most}`, least, most);
}

const queue = entry<QueueChoice>()("a queue's settings such as { attempts: 3 }", {
  workSeconds: z.exactOptional(numberOf("seconds", WORK_SECONDS)),
  attempts: z.exactOptional(numberOf("attempts", ATTEMPTS)),
});

/** The schema of `QueueEdges.sends`. */
export const sends = list("the name of a queue", "queues");

/** The schema of `QueueEdges.receives`. */
export const receives = namedList("the name of a queue", "{ exports: { attempts: 3 } }", queue);

/** Every queue of a catalogue, which is one that a service receives, with all its settings. */
export function queuesOf(
  services: Readonly<Record<string, QueueEdges>>,
): ReadonlyMap<string, Required<QueueChoice>> {
  const received = Object.values(services).flatMap(({ receives }) => valuesIn(receives));
  return new Map(received.map(([name, choice]) => [name, { ...DEFAULT_QUEUE, ...choice }]));
}

/** The services that put messages on a queue. */
export function sendersOf(queue: string, services: Readonly<Record<string, QueueEdges>>): string[] {
  return Object.entries(services).flatMap(([name, { sends = [] }]) =>
    sends.includes(queue) ? [name] : [],
  );
}

/** The queues whose URL a service gets. */
export function queuesUsedBy({ sends = [], receives }: QueueEdges): string[] {
  return [...new Set([...sends, ...namesIn(receives)])];
}

/** The variable with a queue's URL: `card-exports` → `CARD_EXPORTS_QUEUE_URL`. */
export function queueVariable(queue: string): string {
  return `${queue.toUpperCase().replaceAll("-", "_")}_QUEUE_URL`;
}

/** `platform-exports-queue-dev` */
export function queueName(config: Named, queue: string): string {
  return resourceName(config, queue, "queue");
}

/** `platform-exports-dead-letters-dev` */
export function deadLettersName(config: Named, queue: string): string {
  return resourceName(config, queue, "dead-letters");
}
