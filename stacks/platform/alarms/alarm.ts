import {
  CloudwatchMetricAlarm,
  type CloudwatchMetricAlarmMetricQuery as MetricQuery,
} from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { type AlarmKind, RUNBOOKS, describeAlarm } from "../../../spec/alarms/runbook";
import type { Config } from "../../../spec/config";
import { resourceName } from "../../../spec/names";
import type { Metric } from "./metrics";

/** What is the same for all alarms of one part of the environment. */
export interface AlarmPlace {
  readonly config: Config;
  readonly topicArn: string;
  /** The service, job or queue by its name in the catalogue; `load-balancer` or `database`. */
  readonly subject: string;
  readonly owner?: string | undefined;
  /** What has to be there first, so that its creation is no alarm. */
  readonly after?: readonly ITerraformDependable[];
}

/** When something is an alarm. */
export interface AlarmRule {
  readonly kind: AlarmKind;
  /** By the names that the expression has for them. */
  readonly metrics: Readonly<Record<string, Metric>>;
  /** CloudWatch's metric math. @default the only metric */
  readonly expression?: string;
  readonly threshold: number;
  /** Whether the threshold itself is an alarm already. @default only what is above it */
  readonly inclusive?: boolean;
  /** @default 60 */
  readonly periodSeconds?: number;
  /** How many of the last periods have to be beyond the threshold. */
  readonly periods: { readonly beyond: number; readonly of: number };
  /** What a period without a value counts as: `notBreaching` is well; `ignore` keeps the state. */
  readonly missing: "notBreaching" | "ignore";
  /** What AWS calls the subject. @default resourceName of the subject */
  readonly resource?: string;
}

/**
 * One alarm. Its message goes to the environment's topic, when it begins and when it is over.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Create-alarm-on-metric-math-expression.html
 */
export function createAlarm(
  scope: Construct,
  { config, topicArn, subject, owner, after = [] }: AlarmPlace,
  rule: AlarmRule,
): CloudwatchMetricAlarm {
  const { kind, threshold, inclusive = false, periodSeconds = 60, periods, missing } = rule;
  const { resource = resourceName(config, subject) } = rule;
  return new CloudwatchMetricAlarm(scope, kind, {
    alarmName: resourceName(config, subject, kind),
    alarmDescription: describeAlarm(kind, {
      environment: config.suffix,
      subject,
      resource,
      owner,
      threshold,
    }),
    metricQuery: metricQueries(rule, periodSeconds),
    comparisonOperator: inclusive ? "GreaterThanOrEqualToThreshold" : "GreaterThanThreshold",
    threshold,
    evaluationPeriods: periods.of,
    datapointsToAlarm: periods.beyond,
    treatMissingData: missing,
    alarmActions: [topicArn],
    okActions: [topicArn],
    ...(after.length > 0 && { dependsOn: [...after] }),
  });
}

function metricQueries({ kind, metrics, expression }: AlarmRule, period: number): MetricQuery[] {
  const queries = Object.entries(metrics).map(
    ([id, { namespace, name, dimensions, statistic }]): MetricQuery => ({
      id,
      returnData: expression === undefined,
      metric: { namespace, metricName: name, dimensions, period, stat: statistic },
    }),
  );
  if (expression === undefined) return queries;
  return [...queries, { id: "value", label: RUNBOOKS[kind].name, expression, returnData: true }];
}
