import { deploymentMinutes } from "../limits";
import { mayHaveNone, rolloutOf } from "./kinds";
import { queuesOf } from "./queues";
import type { ServiceSpec } from "./spec";

/**
 * SQS reports nothing of a queue that was idle for six hours, and up to 15 minutes pass until it does again. A
 * worker without a task starts one by that.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-monitoring-using-cloudwatch.html
 */
const FIRST_REPORT_SECONDS = 900;

/** How old the oldest message of each queue may be that a service receives; only of those with an alarm. */
export function oldestMessages(service: string, spec: ServiceSpec): ReadonlyMap<string, number> {
  const chosen = spec.alarms?.oldestMessageSeconds;
  const none = chosen === false || (chosen === undefined && spec.schedule !== undefined);
  const queues = none ? [] : [...queuesOf({ [service]: spec })];
  const start =
    deploymentMinutes(rolloutOf(spec)) * 60 + (mayHaveNone(spec) ? FIRST_REPORT_SECONDS : 0);
  return new Map(
    queues.map(([queue, { workSeconds, attempts }]) => [
      queue,
      chosen || workSeconds * attempts + start,
    ]),
  );
}
