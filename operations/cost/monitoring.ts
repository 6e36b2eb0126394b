import { type Charge, type Estimated, HOURS, SHARED, fixed } from "./charge";
import { jobTasks } from "./job-tasks";
import { type Resource, blocks, ofType } from "./resources";
import { taskRange } from "./service-tasks";

/**
 * How many metrics Container Insights has of a cluster, a service and a family of task definitions on
 * Fargate: the ten that have each of the three as a dimension (CPU, memory and ephemeral storage, used and
 * reserved; network and storage, in and out), and of the cluster three counts, of a service five.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-ECS.html
 */
const INSIGHTS_METRICS = { cluster: 13, service: 15, family: 10 } as const;

/**
 * The metrics of Container Insights, each charged as a custom metric for the hours in which it has values. A
 * service without a task has none.
 *
 * @see https://aws.amazon.com/cloudwatch/pricing/
 */
export function insights(cluster: Resource, estimated: Estimated): Charge[] {
  const { resources } = estimated;
  const isOn = blocks(cluster.values, "setting").some(
    ({ name, value }) => name === "containerInsights" && value === "enabled",
  );
  if (!isOn) return [];
  const services = ofType(resources, "aws_ecs_service").map((each) => taskRange(each, resources));
  const jobs = ofType(resources, "aws_scheduler_schedule").flatMap(
    (each) => jobTasks(each, estimated) ?? [],
  );
  const ofService = INSIGHTS_METRICS.service + INSIGHTS_METRICS.family;
  const always = services.filter(({ from }) => from > 0).length;
  const share = (hours: number) => Math.min(1, hours / HOURS) * INSIGHTS_METRICS.family;
  const sum = (numbers: number[]) => numbers.reduce((total, each) => total + each, 0);
  return [
    {
      part: SHARED,
      what: "metrics of Container Insights",
      count: {
        from:
          INSIGHTS_METRICS.cluster +
          always * ofService +
          sum(jobs.map(({ count }) => share(count.from))),
        to:
          INSIGHTS_METRICS.cluster +
          services.length * ofService +
          sum(jobs.map(({ count }) => share(count.to))),
      },
      uses: { metricMonth: 1 },
    },
  ];
}

/**
 * The two alarms by which Application Auto Scaling holds a value: one to add tasks, one to remove some. An
 * alarm costs by the metrics that it reads.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-autoscaling-targettracking.html
 */
export function scalingAlarms({ values }: Resource): Charge[] | undefined {
  const [tracking] = blocks(values, "target_tracking_scaling_policy_configuration");
  if (!tracking) return undefined;
  const [custom] = blocks(tracking, "customized_metric_specification");
  const read = custom ? blocks(custom, "metrics").filter((each) => hasMetric(each)).length : 0;
  return alarmed("metrics of the alarms of autoscaling", 2 * Math.max(1, read));
}

/** An alarm of its own. */
export function alarm({ values }: Resource): Charge[] {
  const read = blocks(values, "metric_query").filter((each) => blocks(each, "metric").length > 0);
  return alarmed("metrics of alarms", Math.max(1, read.length));
}

function alarmed(what: string, metrics: number): Charge[] {
  return fixed(what, metrics, { alarmMonth: 1 });
}

function hasMetric(query: Readonly<Record<string, unknown>>): boolean {
  return blocks(query, "metric_stat").length > 0;
}
