import { type Resource, blocks } from "../cost/resources";
import { record } from "../terraform/terraform-events";

const COMPARISONS: Readonly<Record<string, string>> = {
  GreaterThanThreshold: "above",
  GreaterThanOrEqualToThreshold: "at least",
  LessThanThreshold: "below",
  LessThanOrEqualToThreshold: "at most",
};

const MISSING: Readonly<Record<string, string>> = {
  notBreaching: "a time without a value is no alarm",
  breaching: "a time without a value counts as an alarm",
  ignore: "a time without a value changes nothing",
};

/** When an alarm begins, exactly as CloudWatch is told: the value, the threshold, and for how long. */
export function conditionOf(values: Resource["values"]): string {
  const { value, where, period } = measureOf(values);
  const comparison = COMPARISONS[String(values["comparison_operator"])] ?? "beyond";
  const of = Number(values["evaluation_periods"]);
  const beyond = Number(values["datapoints_to_alarm"] ?? of);
  const missing = MISSING[String(values["treat_missing_data"])];
  return [
    `${value} is ${comparison} ${String(values["threshold"])}, ${duration(beyond, of, period)}`,
    ...(missing === undefined ? [] : [missing]),
    ...(where.length > 0 ? [`where ${where.join(", ")}`] : []),
  ].join("; ");
}

/** The value that is compared, and the metrics that it is made of. */
function measureOf(values: Resource["values"]) {
  const queries = blocks(values, "metric_query");
  const metrics = queries.flatMap((query) =>
    blocks(query, "metric").map((metric) => ({ id: String(query["id"]), metric })),
  );
  const [first] = metrics;
  const single = first?.metric ?? record(values);
  const period = Number(single["period"] ?? 60);
  const expression = queries.find((each) => typeof each["expression"] === "string");
  if (!expression) return { value: metricWords(single), where: [], period };
  return {
    value: String(expression["expression"]),
    where: metrics.map(({ id, metric }) => `${id} is ${metricWords(metric)}`),
    period,
  };
}

/** `Sum of RequestCount (AWS/ApplicationELB)` */
function metricWords(metric: Readonly<Record<string, unknown>>): string {
  const statistic = metric["stat"] ?? metric["statistic"] ?? metric["extended_statistic"];
  return `${String(statistic)} of ${String(metric["metric_name"])} (${String(metric["namespace"])})`;
}

function duration(beyond: number, of: number, seconds: number): string {
  const [unit, units] = unitOf(seconds);
  if (of === 1) return `in one ${unit}`;
  return beyond === of ? `in each of ${of} ${units} in a row` : `in ${beyond} of ${of} ${units}`;
}

function unitOf(seconds: number): readonly [string, string] {
  if (seconds === 60) return ["minute", "minutes"];
  if (seconds === 3600) return ["hour", "hours"];
  if (seconds === 86_400) return ["day", "days"];
  return [`period of ${seconds} s`, `periods of ${seconds} s`];
}
