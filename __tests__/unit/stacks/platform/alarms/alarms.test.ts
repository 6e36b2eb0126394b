import { describe, expect, test } from "vitest";
import type { EnvironmentSettings } from "../../../../../spec/environment/settings";
import type { Services } from "../../../../../spec/service/spec";
import { fixture } from "../../../../support/services";
import { type Block, plain, synthesize } from "../../../../support/synth";

const size = { cpu: 256, memory: 512 } as const;
const catalogue: Services = {
  ...fixture,
  exporter: { size, receives: ["exports"], scaling: { min: 0, max: 4, backlog: 20 } },
  nightly: { size, schedule: { cron: "0 3 * * ? *" } },
};

interface Alarm extends Block {
  readonly alarm_name: string;
  readonly alarm_description: string;
  readonly metric_query: readonly (Block & { id: string; expression?: string })[];
}

/** The alarms by their names without the environment's: `web-errors`. */
function alarms(services: Services = catalogue, settings: EnvironmentSettings = {}) {
  const { platform } = synthesize(services, {}, settings);
  // The shape that createAlarm writes.
  const found = plain(platform.resources("aws_cloudwatch_metric_alarm")) as Alarm[];
  return new Map(found.map((each) => [each.alarm_name.replace(/^platform-|-dev$/g, ""), each]));
}

function alarm(name: string, services?: Services, settings?: EnvironmentSettings): Alarm {
  const found = alarms(services, settings).get(name);
  if (!found) throw new Error(`there is no alarm ${name}`);
  return found;
}

const expressionOf = (name: string) =>
  alarm(name).metric_query.find(({ expression }) => expression !== undefined)?.expression;

test("each service has the alarms of its kind, each queue its own, and the environment two", () => {
  expect([...alarms().keys()].sort()).toEqual([
    "database-capacity",
    "exporter-limit",
    "exporter-missing",
    "exports-dead-letters",
    "exports-oldest-message",
    "load-balancer-own-errors",
    "nightly-failed-runs",
    ...["errors", "limit", "missing", "slow", "unhealthy"].map((each) => `order-archive-${each}`),
    "orders-limit",
    "orders-missing",
    ...["errors", "limit", "missing", "slow", "unhealthy"].map((each) => `web-${each}`),
  ]);
});

test("an environment without alarms has no topic, rule or dashboard either", () => {
  const { platform } = synthesize(catalogue, {}, { alarms: false });
  const types = Object.keys(platform.json["resource"] ?? {});
  expect(types.filter((type) => /^aws_(cloudwatch_(metric|dash|event)|sns)/.test(type))).toEqual(
    [],
  );
  const preview = synthesize(catalogue, { PLATFORM_SUFFIX: "pr-1" }).platform;
  expect(preview.resources("aws_cloudwatch_metric_alarm")).toEqual([]);
});

test("every alarm tells the topic when it begins and when it is over, and how to begin", () => {
  for (const each of alarms().values()) {
    expect(each["alarm_actions"]).toEqual(["${aws_sns_topic.alarms_topic.arn}"]);
    expect(each["ok_actions"]).toEqual(each["alarm_actions"]);
    expect(each.alarm_description).toMatch(/ First: 1\. /);
    expect(Number(each["datapoints_to_alarm"])).toBeLessThanOrEqual(
      Number(each["evaluation_periods"]),
    );
  }
});

test("every alarm has one value, of metrics that it has", () => {
  for (const [name, { metric_query: queries }] of alarms()) {
    expect(queries.filter((each) => each["return_data"] === true)).toHaveLength(1);
    const ids = queries.map(({ id }) => id);
    // CloudWatch refuses other names.
    for (const id of ids) expect(id).toMatch(/^[a-z]\w*$/);
    const named = (expressionOf(name) ?? "").match(/\b[a-z]\w*/g) ?? [];
    expect(ids).toEqual(expect.arrayContaining(named));
  }
});

test("a minute without a value is well, but where tasks should run and report nothing", () => {
  const others = [...alarms()].filter(([, each]) => each["treat_missing_data"] !== "notBreaching");
  expect(others.map(([name, each]) => `${name}: ${String(each["treat_missing_data"])}`)).toEqual([
    "order-archive-missing: ignore",
    "orders-missing: ignore",
    "web-missing: ignore",
  ]);
});

test("what a service does is an alarm only once it is deployed", () => {
  const serviceOf = (name: string) =>
    ({ exports: "exporter" })[name.split("-")[0] ?? ""] ?? name.replace(/-[a-z]+$/, "");
  for (const [name, { depends_on: after }] of alarms())
    expect([name, after]).toEqual([
      name,
      /^(database|load-balancer|nightly)-/.test(name)
        ? undefined
        : [`aws_ecs_service.services_${serviceOf(name)}_service`],
    ]);
});

describe("failed answers", () => {
  test("are a share of the requests to the service, once there are twenty in a minute", () => {
    const { metric_query: queries, ...rest } = alarm("web-errors");
    expect(expressionOf("web-errors")).toBe(
      "IF(requests >= 20, 100 * FILL(errors, 0) / requests, 0)",
    );
    expect(rest).toMatchObject({
      comparison_operator: "GreaterThanThreshold",
      threshold: 5,
      datapoints_to_alarm: 3,
      evaluation_periods: 5,
      treat_missing_data: "notBreaching",
    });
    expect(queries.find(({ id }) => id === "errors")?.["metric"]).toEqual({
      namespace: "AWS/ApplicationELB",
      metric_name: "HTTPCode_Target_5XX_Count",
      dimensions: {
        LoadBalancer: "${aws_lb.load-balancer_alb.arn_suffix}",
        TargetGroup: "${aws_lb_target_group.load-balancer_routes_web_target-group.arn_suffix}",
      },
      period: 60,
      stat: "Sum",
    });
  });

  test("have the threshold of the service, and no alarm with false", () => {
    const of = (errorPercent: number | false) => ({
      web: { ...fixture.web, calls: [], alarms: { errorPercent } },
    });
    expect(alarm("web-errors", of(2))["threshold"]).toBe(2);
    expect(alarms(of(false)).has("web-errors")).toBe(false);
  });
});

test("slow answers are an alarm once more tasks would have helped", () => {
  expect(expressionOf("web-slow")).toBe("IF(requests >= 20, seconds, 0)");
  // Three minutes until AWS adds tasks, and three until they answer.
  expect(alarm("web-slow")).toMatchObject({
    threshold: 1,
    datapoints_to_alarm: 6,
    evaluation_periods: 6,
  });
  const slow = {
    web: { ...fixture.web, calls: [], alarms: { slowSeconds: 3 }, limits: { startSeconds: 105 } },
  };
  expect(alarm("web-slow", slow)).toMatchObject({ threshold: 3, evaluation_periods: 7 });
  const none = { web: { ...fixture.web, calls: [], alarms: { slowSeconds: false as const } } };
  expect(alarms(none).has("web-slow")).toBe(false);
});

describe("missing tasks", () => {
  test("are those that should run and do not, also when no task reports any number", () => {
    // Of the fewest: what is added to them under a load that grows is starting at any time.
    expect(expressionOf("orders-missing")).toBe(
      "IF(FILL(desired, REPEAT) > 2, 2, FILL(desired, REPEAT)) - FILL(running, 0)",
    );
    expect(alarm("orders-missing")["treat_missing_data"]).toBe("ignore");
  });

  test("of a worker that may have none are not those of its last task that has stopped", () => {
    expect(expressionOf("exporter-missing")).toBe("desired - running");
    expect(alarm("exporter-missing")["treat_missing_data"]).toBe("notBreaching");
  });

  test("are an alarm after the longest deployment of the service, in half of the minutes", () => {
    const minutes = (name: string) => {
      const { datapoints_to_alarm: beyond, evaluation_periods: of } = alarm(name);
      return [beyond, of];
    };
    // Two rounds of two tasks, and a minute for the rollback; a database adds its setup to each.
    expect(minutes("web-missing")).toEqual([10, 20]);
    expect(minutes("orders-missing")).toEqual([14, 28]);
    expect(minutes("web-unhealthy")).toEqual([10, 20]);
  });
});

test("a service at the most tasks of any time for half an hour is an alarm, if their number varies", () => {
  expect(alarm("web-limit")).toMatchObject({
    comparison_operator: "GreaterThanOrEqualToThreshold",
    threshold: 10,
    datapoints_to_alarm: 30,
    evaluation_periods: 30,
  });
  const schedule = [{ cron: "0 8 ? * MON-FRI *", min: 4, max: 20 }];
  const busy = { orders: { ...fixture.orders, scaling: { min: 2, max: 10, schedule } } };
  expect(alarm("orders-limit", busy)["threshold"]).toBe(20);
  const fixed = { orders: { ...fixture.orders, scaling: { min: 3, max: 3 } } };
  expect(alarms(fixed).has("orders-limit")).toBe(false);
});

test("one dead letter is an alarm", () => {
  expect(alarm("exports-dead-letters")).toMatchObject({
    comparison_operator: "GreaterThanThreshold",
    threshold: 0,
    datapoints_to_alarm: 1,
    metric_query: [
      {
        return_data: true,
        metric: {
          metric_name: "ApproximateNumberOfMessagesVisible",
          dimensions: { QueueName: "platform-exports-dead-letters-dev" },
        },
      },
    ],
  });
});

describe("a failed run", () => {
  const job = (everyMinutes: number, failedRuns?: number): Services => ({
    nightly: {
      size,
      schedule: { everyMinutes },
      ...(failedRuns !== undefined && { alarms: { failedRuns } }),
    },
  });
  const period = (services: Services) =>
    alarm("nightly-failed-runs", services).metric_query.map(
      ({ metric }) => (metric as Block | undefined)?.["period"],
    );

  test("is an alarm until the next one has had its chance", () => {
    expect(period(catalogue)).toEqual([86_400, 86_400, undefined]);
    expect(period(job(5))).toEqual([3600, 3600, undefined]);
    expect(period(job(120))).toEqual([7200, 7200, undefined]);
    expect(period(job(120, 3))).toEqual([21_600, 21_600, undefined]);
    expect(period(job(44_640))).toEqual([86_400, 86_400, undefined]);
  });

  test("counts with those that timed out, and not with those that were stopped", () => {
    expect(expressionOf("nightly-failed-runs")).toBe("FILL(failed, 0) + FILL(timedOut, 0)");
    expect(JSON.stringify(alarm("nightly-failed-runs"))).not.toContain("Aborted");
    expect(alarm("nightly-failed-runs", job(5, 3))["threshold"]).toBe(3);
  });
});

describe("a database near its limit", () => {
  test("is an alarm at 90 % of its largest capacity for a quarter of an hour", () => {
    expect(alarm("database-capacity")).toMatchObject({ threshold: 90, datapoints_to_alarm: 15 });
  });

  test("is none where the smallest capacity is near the largest", () => {
    const capacity = (minCapacity: number) =>
      alarms(catalogue, { database: { minCapacity, maxCapacity: 10 } }).has("database-capacity");
    expect([8.5, 9, 10].map(capacity)).toEqual([true, false, false]);
  });

  test("is none without a database", () => {
    expect(alarms({ web: { ...fixture.web, calls: [] } }).has("database-capacity")).toBe(false);
  });
});

test("an owner is in the description of the service's alarms, and of its queues'", () => {
  const owner = "payments team";
  const owned = { ...catalogue, exporter: { ...catalogue["exporter"], owner } } as Services;
  const asked = [...alarms(owned)].filter(([, each]) =>
    each.alarm_description.includes(` Ask: ${owner}. `),
  );
  expect(asked.map(([name]) => name).sort()).toEqual([
    "exporter-limit",
    "exporter-missing",
    "exports-dead-letters",
    "exports-oldest-message",
  ]);
});
