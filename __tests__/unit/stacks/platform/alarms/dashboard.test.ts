import { describe, expect, test } from "vitest";
import type { Services } from "../../../../../spec/service/spec";
import type { PlacedWidget } from "../../../../../stacks/platform/alarms/widgets";
import { fixture } from "../../../../support/services";
import { plain, synthesize } from "../../../../support/synth";

const size = { cpu: 256, memory: 512 } as const;
const catalogue: Services = {
  ...fixture,
  web: { ...fixture.web, owner: "shop team" },
  exporter: { size, receives: ["exports"] },
  nightly: { size, schedule: { everyMinutes: 60 } },
};

function widgets(services: Services = catalogue): PlacedWidget[] {
  const [dashboard] = synthesize(services).platform.resources("aws_cloudwatch_dashboard");
  const { dashboard_body: body } = plain(dashboard) as { dashboard_body: string };
  return (JSON.parse(body) as { widgets: PlacedWidget[] }).widgets;
}

/** What is below each heading: the titles, and of a graph its series. */
function sections(): Record<string, Record<string, string[]>> {
  const found: Record<string, Record<string, string[]>> = {};
  let heading = "";
  for (const widget of widgets()) {
    if (widget.type === "text") heading = widget.properties.markdown;
    else (found[heading] ??= {})[widget.properties.title] = seriesOf(widget);
  }
  return found;
}

/** `cpu: AWS/ECS CPUUtilization, Average`, with an arrow if its axis is the right one. */
function seriesOf(widget: PlacedWidget): string[] {
  if (widget.type !== "metric") return [];
  return widget.properties.metrics.map((metric) => {
    // CloudWatch's form: a namespace, a name, the dimensions and how it is drawn.
    const { label, stat, yAxis } = metric.at(-1) as Record<string, string>;
    const [namespace, name] = metric;
    return `${label}: ${[namespace, name].join(" ")}, ${stat}${yAxis === "right" ? " →" : ""}`;
  });
}

function graph(title: string, index = 0) {
  const found = widgets().flatMap((each) =>
    each.type === "metric" && each.properties.title === title ? [each.properties] : [],
  );
  return found[index];
}

test("the dashboard begins with the states of the alarms, and has each part of the environment", () => {
  const answers = {
    "Requests a minute": [
      "requests: AWS/ApplicationELB RequestCount, Sum",
      "5xx: AWS/ApplicationELB HTTPCode_Target_5XX_Count, Sum →",
    ],
    "Answer time, s": ["p95: AWS/ApplicationELB TargetResponseTime, p95"],
  };
  const load = {
    "CPU and memory, %": [
      "cpu: AWS/ECS CPUUtilization, Average",
      "memory: AWS/ECS MemoryUtilization, Average",
    ],
    Tasks: [
      "desired: ECS/ContainerInsights DesiredTaskCount, Maximum",
      "running: ECS/ContainerInsights RunningTaskCount, Minimum",
    ],
  };
  expect(sections()).toEqual({
    "": { Alarms: [] },
    "## web (shop team)": { ...answers, ...load },
    "## orders": load,
    "## order-archive": { ...answers, ...load },
    "## exporter": load,
    "## Queue exports": {
      Messages: [
        "waiting: AWS/SQS ApproximateNumberOfMessagesVisible, Maximum",
        "dead letters: AWS/SQS ApproximateNumberOfMessagesVisible, Maximum",
      ],
      "Age of the oldest message, s": ["oldest: AWS/SQS ApproximateAgeOfOldestMessage, Maximum"],
    },
    "## Job nightly": {
      Runs: [
        "succeeded: AWS/States ExecutionsSucceeded, Sum",
        "failed: AWS/States ExecutionsFailed, Sum",
        "timed out: AWS/States ExecutionsTimedOut, Sum",
      ],
    },
    "## Database": {
      "Capacity used, %": ["used: AWS/RDS ACUUtilization, Average"],
      "Capacity, ACU": ["capacity: AWS/RDS ServerlessDatabaseCapacity, Average"],
      Connections: ["connections: AWS/RDS DatabaseConnections, Average"],
    },
  });
});

test("an environment without a database has no row for one", () => {
  const headings = widgets({ web: { ...fixture.web, calls: [] } }).flatMap((each) =>
    each.type === "text" ? [each.properties.markdown] : [],
  );
  expect(headings).toEqual(["## web"]);
});

test("no two widgets overlap, and none is wider than the dashboard", () => {
  const cells = widgets().flatMap(({ x, y, width, height }) => {
    expect(x + width).toBeLessThanOrEqual(24);
    return Array.from({ length: width * height }, (_, index) =>
      [x + (index % width), y + Math.floor(index / width)].join(),
    );
  });
  expect(new Set(cells).size).toBe(cells.length);
});

test("a graph is of its own service, queue, job or database", () => {
  const dimensions = (title: string, index?: number) =>
    graph(title, index)?.metrics.map((metric) => metric.slice(2, -1));
  expect(dimensions("Requests a minute", 1)?.[0]).toEqual([
    "LoadBalancer",
    "${aws_lb.load-balancer_alb.arn_suffix}",
    "TargetGroup",
    "${aws_lb_target_group.load-balancer_routes_order-archive_target-group.arn_suffix}",
  ]);
  const tasks = ["ClusterName", "platform-dev", "ServiceName", "platform-order-archive-dev"];
  expect(dimensions("Tasks", 2)).toEqual([tasks, tasks]);
  expect(dimensions("Messages")).toEqual([
    ["QueueName", "platform-exports-queue-dev"],
    ["QueueName", "platform-exports-dead-letters-dev"],
  ]);
  expect(dimensions("Runs")?.[0]).toEqual([
    "StateMachineArn",
    "${aws_sfn_state_machine.jobs_nightly_runs.arn}",
  ]);
  expect(dimensions("Connections")).toEqual([["DBClusterIdentifier", "platform-dev"]]);
});

test("the number of tasks and the capacity of the database are shown with their limits", () => {
  expect(graph("Tasks", 2)?.annotations?.horizontal).toEqual([
    { label: "min", value: 1 },
    { label: "max", value: 3 },
  ]);
  expect(graph("Capacity, ACU")?.annotations?.horizontal).toEqual([{ label: "max", value: 4 }]);
});

describe("the alarms", () => {
  const shown = (services: Services) =>
    widgets(services).flatMap((each) => (each.type === "alarm" ? [each.properties.alarms] : []));

  test("are all there", () => {
    const all = synthesize(catalogue).platform.resources("aws_cloudwatch_metric_alarm");
    expect(shown(catalogue).flat()).toHaveLength(all.length);
  });

  test("have room in their widget, which grows by a line for each four", () => {
    const heights = (services: Services) =>
      widgets(services).flatMap(({ type, height }) => (type === "alarm" ? [height] : []));
    // Two of the worker, and one of the load balancer.
    expect(heights({ exporter: { size } })).toEqual([3]);
    expect(heights(catalogue)).toEqual([2 + Math.ceil(shown(catalogue).flat().length / 4)]);
  });

  test("are in more than one widget where they are more than a hundred, which is AWS's limit", () => {
    // Two of each worker, and one of the load balancer; another one of a service with a fixed number.
    const many = (count: number, fixed: boolean): Services => ({
      ...Object.fromEntries(
        Array.from({ length: count }, (_, index) => [`worker-${index}`, { size }]),
      ),
      ...(fixed && { fixed: { size, scaling: { min: 1, max: 1 } } }),
    });
    const lengths = (services: Services) => shown(services).map(({ length }) => length);
    expect(lengths(many(51, false))).toEqual([100, 3]);
    expect(lengths(many(49, true))).toEqual([100]);
  });
});
