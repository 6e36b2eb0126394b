import type { AppautoscalingPolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecification as CustomizedMetric } from "@cdktf/provider-aws/lib/appautoscaling-policy";
import type { Config } from "../../spec/config";
import { resourceName } from "../../spec/names";
import { queueName } from "../../spec/service/queues";

export interface BacklogProps {
  readonly config: Config;
  readonly service: string;
  /** The queues that the service receives, by their names in the catalogue. */
  readonly queues: readonly string[];
  /** Messages for each running task that the policy holds. */
  readonly target: number;
  /** Whether there may be no task at some time. */
  readonly mayHaveNone: boolean;
}

/**
 * The messages for each running task: those of all its queues, waiting or being worked on. A message counts
 * until it is deleted, so that the task that works on it is not one too many.
 *
 * @see https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-target-tracking-metric-math.html
 */
export function backlogMetric(props: BacklogProps): CustomizedMetric {
  const { config, service, queues } = props;
  const cluster = { name: "ClusterName", value: resourceName(config) };
  const tasks = { name: "ServiceName", value: resourceName(config, service) };
  return {
    metrics: [
      ...queues.flatMap((queue, index) => {
        const dimensions = [{ name: "QueueName", value: queueName(config, queue) }];
        const messages = (state: string) =>
          ({
            namespace: "AWS/SQS",
            name: `ApproximateNumberOfMessages${state}`,
            dimensions,
          }) as const;
        return [
          metric(`waiting${index}`, messages("Visible")),
          metric(`received${index}`, messages("NotVisible")),
        ];
      }),
      metric("tasks", {
        namespace: "ECS/ContainerInsights",
        name: "RunningTaskCount",
        dimensions: [cluster, tasks],
      }),
      // SQS may leave out the number of received messages while there is none.
      math(
        "messages",
        queues.map((_, index) => `waiting${index} + FILL(received${index}, 0)`).join(" + "),
      ),
      ...(props.mayHaveNone ? [math("running", "FILL(tasks, REPEAT)")] : []),
      { ...math("backlog", perTask(props)), returnData: true },
    ],
  };
}

/**
 * Without a task, ECS reports no number of tasks, and a quotient would be missing for as long as it is needed
 * to start one. A value above the target starts the first one, whatever the number of messages. A number that
 * is only late must not look like none: it is repeated, until none has come for as long as an alarm looks back.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/available-metrics.html
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html (FILL in an alarm)
 */
function perTask({ target, mayHaveNone }: BacklogProps): string {
  if (!mayHaveNone) return "messages / tasks";
  return `IF(FILL(running, 0) > 0, messages / running, IF(messages > 0, ${2 * target}, 0))`;
}

interface Source {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: { readonly name: string; readonly value: string }[];
}

/** One value a minute, so that its average is the value. */
function metric(id: string, { namespace, name, dimensions }: Source) {
  return {
    id,
    returnData: false,
    metricStat: { stat: "Average", metric: { namespace, metricName: name, dimensions } },
  };
}

function math(id: string, expression: string) {
  return { id, expression, returnData: false };
}
