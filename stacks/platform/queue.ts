import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import { SqsQueuePolicy } from "@cdktf/provider-aws/lib/sqs-queue-policy";
import { SqsQueueRedriveAllowPolicy } from "@cdktf/provider-aws/lib/sqs-queue-redrive-allow-policy";
import { Fn, type ITerraformDependable, TerraformOutput } from "cdktf";
import { Construct } from "constructs";
import type { Config } from "../../spec/config";
import {
  type QueueChoice,
  RETENTION_DAYS,
  deadLettersName,
  queueName,
  queuesOf,
  sendersOf,
} from "../../spec/service/queues";
import type { Services } from "../../spec/service/spec";
import { QUEUES, SENDERS } from "./owners";
import { tlsOnly } from "./tls-only";

/** How long a request for messages waits for one: AWS's longest, which makes the fewest requests. */
const LONG_POLL_SECONDS = 20;

const SECONDS_OF_DAY = 86_400;

/** Each queue of the catalogue, by its name there. */
export function createQueues(
  stack: Construct,
  config: Config,
  services: Services,
): ReadonlyMap<string, Queue> {
  const wanted = [...queuesOf(services)];
  if (wanted.length === 0) return new Map();
  const scope = new Construct(stack, "queues");
  const queues = new Map(
    wanted.map(([name, choice]) => [name, new Queue(scope, name, config, choice)]),
  );
  new TerraformOutput(stack, QUEUES, {
    description:
      "The URLs of each queue and its dead letters: what tells a deployment that one goes",
    value: Object.fromEntries([...queues].map(([name, { urls }]) => [name, urls])),
  });
  new TerraformOutput(stack, SENDERS, {
    description:
      "The services that send to each queue: what tells a deployment that one still does",
    value: Object.fromEntries(wanted.map(([name]) => [name, sendersOf(name, services)])),
  });
  return queues;
}

/**
 * A queue, and the dead letters: the messages that its receiver got too often without deleting them. Both
 * are encrypted, and refuse requests without TLS. Messages may come twice, and in any order.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
 */
export class Queue extends Construct {
  readonly url: string;
  readonly arn: string;
  /** Its own URL, and that of its dead letters. */
  readonly urls: readonly [string, string];
  /** Dependencies of a task that uses it. */
  readonly needed: ITerraformDependable[];

  /** @param id its name in the catalogue */
  constructor(scope: Construct, id: string, config: Config, choice: Required<QueueChoice>) {
    super(scope, id);
    const shared = {
      sqsManagedSseEnabled: true,
      // A replacement would begin without the messages.
      lifecycle: { preventDestroy: config.protected },
    };
    const deadLetters = new SqsQueue(this, "dead-letters", {
      ...shared,
      name: deadLettersName(config, id),
      messageRetentionSeconds: RETENTION_DAYS.deadLetters * SECONDS_OF_DAY,
    });
    const queue = new SqsQueue(this, "queue", {
      ...shared,
      name: queueName(config, id),
      messageRetentionSeconds: RETENTION_DAYS.queue * SECONDS_OF_DAY,
      visibilityTimeoutSeconds: choice.workSeconds,
      receiveWaitTimeSeconds: LONG_POLL_SECONDS,
      redrivePolicy: Fn.jsonencode({
        deadLetterTargetArn: deadLetters.arn,
        maxReceiveCount: choice.attempts,
      }),
      // Unless it says so, it takes the dead letters of every queue of the account.
      redriveAllowPolicy: Fn.jsonencode({ redrivePermission: "denyAll" }),
    });
    this.url = queue.url;
    this.arn = queue.arn;
    this.urls = [queue.url, deadLetters.url];
    this.needed = [
      new SqsQueueRedriveAllowPolicy(this, "redrive-allow", {
        queueUrl: deadLetters.url,
        redriveAllowPolicy: Fn.jsonencode({
          redrivePermission: "byQueue",
          sourceQueueArns: [queue.arn],
        }),
      }),
      this.guard("policy", queue),
      this.guard("dead-letters-policy", deadLetters),
    ];
  }

  private guard(id: string, { url, arn }: SqsQueue): SqsQueuePolicy {
    return new SqsQueuePolicy(this, id, {
      queueUrl: url,
      policy: Fn.jsonencode({ Version: "2012-10-17", Statement: [tlsOnly("sqs", [arn])] }),
    });
  }
}
