import { expect, test } from "vitest";
import type { Scaling } from "../../../../spec/service/scaling";
import type { Services } from "../../../../spec/service/spec";
import { fixture } from "../../../support/services";
import { type Block, plain, synthesize } from "../../../support/synth";

const size = { cpu: 256, memory: 512 } as const;
const range = { min: 2, max: 10 };

function platformWith(scaling: Scaling, receives: readonly string[] = ["exports"]) {
  const services: Services = { ...fixture, exporter: { size, receives, scaling } };
  return synthesize(services).platform;
}

function policies(scaling: Scaling, receives?: readonly string[]): Block[] {
  const own = platformWith(scaling, receives)
    .addressed("aws_appautoscaling_policy")
    .filter(({ address }) => address.includes(".services_exporter_"));
  return plain(own.map(({ block }) => block)) as Block[];
}

/** The metrics of the only policy, by their ids. */
function metrics(scaling: Scaling, receives?: readonly string[]): Record<string, Block> {
  const [policy] = policies(scaling, receives);
  const { metrics } = (
    policy as {
      target_tracking_scaling_policy_configuration: {
        customized_metric_specification: { metrics: (Block & { id: string })[] };
      };
    }
  ).target_tracking_scaling_policy_configuration.customized_metric_specification;
  return Object.fromEntries(metrics.map((metric) => [metric.id, metric]));
}

test("a worker with a backlog is scaled by its messages instead of CPU and memory", () => {
  expect(policies({ ...range, backlog: 20 })).toMatchObject([
    {
      name: "platform-exporter-backlog-dev",
      target_tracking_scaling_policy_configuration: {
        target_value: 20,
        scale_out_cooldown: 60,
        scale_in_cooldown: 300,
      },
    },
  ]);
  expect(policies({ ...range, backlog: 20, cpu: 60 }).map(({ name }) => name)).toEqual([
    "platform-exporter-backlog-dev",
    "platform-exporter-cpu-dev",
  ]);
});

test("its messages are those of all its queues, waiting and being worked on, for each task that is wanted", () => {
  const found = metrics({ ...range, backlog: 20 }, ["exports", "mails"]);
  const of = (metric_name: string, queue: string) => ({
    return_data: false,
    metric_stat: {
      stat: "Average",
      metric: {
        namespace: "AWS/SQS",
        metric_name: `ApproximateNumberOfMessages${metric_name}`,
        dimensions: [{ name: "QueueName", value: `platform-${queue}-queue-dev` }],
      },
    },
  });
  expect(found).toEqual({
    waiting0: { id: "waiting0", ...of("Visible", "exports") },
    received0: { id: "received0", ...of("NotVisible", "exports") },
    waiting1: { id: "waiting1", ...of("Visible", "mails") },
    received1: { id: "received1", ...of("NotVisible", "mails") },
    tasks: {
      id: "tasks",
      return_data: false,
      metric_stat: {
        stat: "Average",
        metric: {
          namespace: "ECS/ContainerInsights",
          metric_name: "DesiredTaskCount",
          dimensions: [
            { name: "ClusterName", value: "platform-dev" },
            { name: "ServiceName", value: "platform-exporter-dev" },
          ],
        },
      },
    },
    messages: {
      id: "messages",
      return_data: false,
      // A queue that nobody used for hours has no number; one that is late looks like the one before.
      expression:
        "FILL(FILL(waiting0, REPEAT), 0) + FILL(received0, 0) + FILL(FILL(waiting1, REPEAT), 0) + FILL(received1, 0)",
    },
    backlog: { id: "backlog", return_data: true, expression: "messages / tasks" },
  });
});

test.each<Scaling>([
  { min: 0, max: 5, backlog: 20 },
  { ...range, backlog: 20, schedule: [{ cron: "0 20 * * ? *", min: 0, max: 5 }] },
])("without a task, the first message of %j is just above the target, for minutes", (scaling) => {
  const { known, backlog } = metrics(scaling);
  expect(backlog).toMatchObject({
    expression: "IF(FILL(known, 0) > 0, messages / known, IF(messages > 0, 20.01, 0))",
  });
  // A number of tasks that is late is not none.
  expect(known).toMatchObject({ expression: "FILL(tasks, REPEAT)", return_data: false });
  // The first task is enough until it is known to run, and others know better only if they say so.
  const cooldown = { outSeconds: 60 };
  const tracking = (each: Scaling) =>
    policies(each).map((policy) => policy["target_tracking_scaling_policy_configuration"]);
  expect(tracking(scaling)).toMatchObject([{ scale_out_cooldown: 300, scale_in_cooldown: 300 }]);
  expect(tracking({ ...scaling, cooldown })).toMatchObject([
    { scale_out_cooldown: 60, scale_in_cooldown: 300 },
  ]);
});

test("a worker that may have no task begins with one, and shows that it can start", () => {
  const platform = platformWith({ min: 0, max: 5, backlog: 20 });
  const service = platform
    .resources("aws_ecs_service")
    .find(({ name }) => name === "platform-exporter-dev");
  expect(service).toMatchObject({
    desired_count: 1,
    lifecycle: { ignore_changes: ["desired_count"] },
    // As long as with one task, and not forever.
    timeouts: { create: "11m", update: "11m", delete: "11m" },
  });
  const targets = platform
    .addressed("aws_appautoscaling_target")
    .filter(({ address }) => address.includes(".services_exporter_"));
  expect(targets.map(({ block }) => block)).toMatchObject([{ min_capacity: 0, max_capacity: 5 }]);
});
