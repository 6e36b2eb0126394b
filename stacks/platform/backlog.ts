import type { AppautoscalingPolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecification as CustomizedMetric } from "@cdktf/provider-aws/lib/appautoscaling-policy";
import type { Config } from "../../spec/config";
import { resourceName } from "../../spec/names";
import { queueName } from "../../spec/service/queues";

export interface BacklogProps {
  readonly config: Config;
  readonly service: string;
  /** The queues that the service receives, by their names in the catalogue. */
  readonly queues: readonly string[];
  /** Messages for each task that the policy holds, a whole number. */
  readonly target: number;
  /** Whether there may be no task at some time. */
  readonly mayHaveNone: boolean;
}

/**
 * The messages for each task: those of all its queues, waiting or being worked on. A message counts until it
 * is deleted, so that the task that works on it is not one too many. Tasks that start count as well: by those
 * that run, the same messages would ask for further ones until they are reported.
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
        name: "DesiredTaskCount",
        dimensions: [cluster, tasks],
      }),
      math("messages", queues.map((_, index) => messagesOf(index)).join(" + ")),
      ...(props.mayHaveNone ? [math("known", "FILL(tasks, REPEAT)")] : []),
      { ...math("backlog", perTask(props)), returnData: true },
    ],
  };
}

/**
 * SQS reports nothing of a queue that was not used for six hours, and received messages only while there are
 * some: a sum would be missing with one of its terms. A number that is only late must not look like none, as
 * the newest minute always would: it is repeated, until none has come for as long as an alarm looks back.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html (FILL in an alarm)
 */
function messagesOf(index: number): string {
  return `FILL(FILL(waiting${index}, REPEAT), 0) + FILL(received${index}, 0)`;
}

/**
 * Until a task runs, Container Insights reports no number of tasks, and a quotient would be missing for as long
 * as it is needed to start one. A value just above the target starts the first one, whatever the number of
 * messages, and asks for no more than one further while the first is not reported yet.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cloudwatch-container-insights.html
 */
function perTask({ target, mayHaveNone }: BacklogProps): string {
  if (!mayHaveNone) return "messages / tasks";
  return `IF(FILL(known, 0) > 0, messages / known, IF(messages > 0, ${target}.01, 0))`;
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
