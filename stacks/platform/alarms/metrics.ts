import type { Lb } from "@cdktf/provider-aws/lib/lb";
import type { Config } from "../../../spec/config";
import { resourceName } from "../../../spec/names";
import type { LoadBalancerRoute } from "../routes";

/** A series of numbers that AWS reports, one a minute by the statistic. */
export interface Metric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** `Sum`, `Average`, `Maximum`, or a percentile such as `p95`. */
  readonly statistic: string;
}

/**
 * Of the answers of one service, as the load balancer sees them.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
 */
export function targetMetrics(alb: Pick<Lb, "arnSuffix">, { targetGroup }: LoadBalancerRoute) {
  const dimensions = { LoadBalancer: alb.arnSuffix, TargetGroup: targetGroup.arnSuffix };
  const metric = (name: string, statistic: string): Metric => {
    return { namespace: "AWS/ApplicationELB", name, dimensions, statistic };
  };
  return {
    requests: metric("RequestCount", "Sum"),
    errors: metric("HTTPCode_Target_5XX_Count", "Sum"),
    seconds: metric("TargetResponseTime", "p95"),
    unhealthy: metric("UnHealthyHostCount", "Maximum"),
  };
}

/** Of the answers that the load balancer gives itself, because no task did. */
export function balancerErrors({ arnSuffix }: Pick<Lb, "arnSuffix">): Metric {
  return {
    namespace: "AWS/ApplicationELB",
    name: "HTTPCode_ELB_5XX_Count",
    dimensions: { LoadBalancer: arnSuffix },
    statistic: "Sum",
  };
}

/**
 * Of the tasks of one service. ECS reports the load of those that run, and Container Insights their number;
 * neither reports anything of a service none of whose tasks runs.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/available-metrics.html
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-ECS.html
 */
export function taskMetrics(config: Config, service: string) {
  const dimensions = {
    ClusterName: resourceName(config),
    ServiceName: resourceName(config, service),
  };
  const metric = (namespace: string, name: string, statistic: string): Metric => {
    return { namespace, name, dimensions, statistic };
  };
  return {
    cpu: metric("AWS/ECS", "CPUUtilization", "Average"),
    memory: metric("AWS/ECS", "MemoryUtilization", "Average"),
    desired: metric("ECS/ContainerInsights", "DesiredTaskCount", "Maximum"),
    running: metric("ECS/ContainerInsights", "RunningTaskCount", "Minimum"),
  };
}

/**
 * Of the messages of one queue. SQS reports nothing of a queue that has been empty and unused for six hours.
 *
 * @param name what SQS calls the queue
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 */
export function messageMetrics(name: string) {
  const metric = (metricName: string): Metric => {
    const dimensions = { QueueName: name };
    return { namespace: "AWS/SQS", name: metricName, dimensions, statistic: "Maximum" };
  };
  return {
    waiting: metric("ApproximateNumberOfMessagesVisible"),
    oldest: metric("ApproximateAgeOfOldestMessage"),
  };
}

/**
 * Of the runs of one job.
 *
 * @param arn of its state machine
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html
 */
export function runMetrics(arn: string) {
  const metric = (name: string): Metric => {
    const dimensions = { StateMachineArn: arn };
    return { namespace: "AWS/States", name, dimensions, statistic: "Sum" };
  };
  return {
    succeeded: metric("ExecutionsSucceeded"),
    failed: metric("ExecutionsFailed"),
    timedOut: metric("ExecutionsTimedOut"),
  };
}

/**
 * Of the environment's Aurora.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.setting-capacity.html#aurora-serverless-v2.viewing.monitoring
 */
export function databaseMetrics(config: Config) {
  const metric = (name: string): Metric => {
    const dimensions = { DBClusterIdentifier: resourceName(config) };
    return { namespace: "AWS/RDS", name, dimensions, statistic: "Average" };
  };
  return {
    used: metric("ACUUtilization"),
    capacity: metric("ServerlessDatabaseCapacity"),
    connections: metric("DatabaseConnections"),
  };
}
