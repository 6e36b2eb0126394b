import { Construct } from "constructs";
import { namesIn } from "../../../spec/service/named-list";
import { oldestMessages } from "../../../spec/service/oldest-messages";
import { deadLettersName, queueName } from "../../../spec/service/queues";
import type { ServiceSpec } from "../../../spec/service/spec";
import { type AlarmPlace, createAlarm } from "./alarm";
import { messageMetrics } from "./metrics";

/** The alarms of the queues that a service receives: its dead letters, and messages that wait for too long. */
export function createQueueAlarms(scope: Construct, place: AlarmPlace, spec: ServiceSpec) {
  const { config, subject: service } = place;
  const oldest = oldestMessages(service, spec);
  return namesIn(spec.receives).flatMap((queue) => {
    const own = new Construct(scope, queue);
    const dead = deadLettersName(config, queue);
    const seconds = oldest.get(queue);
    return [
      createAlarm(
        own,
        { ...place, subject: queue },
        {
          kind: "dead-letters",
          resource: dead,
          metrics: { waiting: messageMetrics(dead).waiting },
          threshold: 0,
          // A message that has failed at all attempts does not mend itself. Who looks at it hides it for a
          // while, half a minute by default.
          periods: { beyond: 1, of: 5 },
          // Of an empty queue SQS reports nothing after six hours.
          missing: "notBreaching",
        },
      ),
      ...(seconds === undefined
        ? []
        : [
            createAlarm(
              own,
              { ...place, subject: queue },
              {
                kind: "oldest-message",
                resource: queueName(config, queue),
                metrics: { oldest: messageMetrics(queueName(config, queue)).oldest },
                threshold: seconds,
                // The threshold allows for attempts and a deployment; SQS's number is approximate.
                periods: { beyond: 5, of: 5 },
                missing: "notBreaching",
              },
            ),
          ]),
    ];
  });
}
