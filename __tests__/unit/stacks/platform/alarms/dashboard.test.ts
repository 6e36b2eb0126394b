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

/** The titles of the graphs below each heading. */
function sections(): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  let heading = "";
  for (const widget of widgets()) {
    if (widget.type === "text") heading = widget.properties.markdown;
    else (found[heading] ??= []).push(widget.properties.title);
  }
  return found;
}

test("the dashboard begins with the states of the alarms, and has each part of the environment", () => {
  expect(sections()).toEqual({
    "": ["Alarms"],
    "## web (shop team)": ["Requests a minute", "Answer time, s", "CPU and memory, %", "Tasks"],
    "## orders": ["CPU and memory, %", "Tasks"],
    "## order-archive": ["Requests a minute", "Answer time, s", "CPU and memory, %", "Tasks"],
    "## exporter": ["CPU and memory, %", "Tasks"],
    "## Queue exports": ["Messages", "Age of the oldest message, s"],
    "## Job nightly": ["Runs"],
    "## Database": ["Capacity used, %", "Capacity, ACU", "Connections"],
  });
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

test("the number of tasks is shown in its range", () => {
  const tasks = widgets().filter(
    (each) => each.type === "metric" && each.properties.title === "Tasks",
  );
  expect(tasks[2]?.properties).toMatchObject({
    metrics: [
      [
        "ECS/ContainerInsights",
        "DesiredTaskCount",
        "ClusterName",
        "platform-dev",
        "ServiceName",
        "platform-order-archive-dev",
        { stat: "Maximum", label: "desired" },
      ],
      [
        "ECS/ContainerInsights",
        "RunningTaskCount",
        "ClusterName",
        "platform-dev",
        "ServiceName",
        "platform-order-archive-dev",
        { stat: "Minimum", label: "running" },
      ],
    ],
    annotations: {
      horizontal: [
        { label: "min", value: 1 },
        { label: "max", value: 3 },
      ],
    },
  });
});

describe("the alarms", () => {
  const shown = (services: Services) =>
    widgets(services).flatMap((each) => (each.type === "alarm" ? [each.properties.alarms] : []));

  test("are all there", () => {
    const all = synthesize(catalogue).platform.resources("aws_cloudwatch_metric_alarm");
    expect(shown(catalogue).flat()).toHaveLength(all.length);
  });

  test("are in more than one widget where they are more than a hundred, which is AWS's limit", () => {
    const many = Object.fromEntries(
      Array.from({ length: 51 }, (_, index) => [`worker-${index}`, { size }]),
    );
    expect(shown(many).map(({ length }) => length)).toEqual([100, 3]);
  });
});
