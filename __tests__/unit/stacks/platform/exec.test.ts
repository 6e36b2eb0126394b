import { describe, expect, test } from "vitest";
import { sessionStatements } from "../../../../spec/service/task-statements";
import type { Services } from "../../../../spec/service/spec";
import { fixture } from "../../../support/services";
import { containersOf, plain, synthesize } from "../../../support/synth";

const size = { cpu: 256, memory: 512 } as const;
const services: Services = {
  ...fixture,
  orders: {
    ...fixture.orders,
    migrate: ["migrate"],
    sidecars: { otel: { folder: "sidecars/otel" } },
  },
  worker: { size },
  sum: { schedule: { everyMinutes: 60 }, size },
};
const RUNNING = ["web", "orders", "order-archive", "worker"];
const { registry, images, platform } = synthesize(services, {}, { exec: true });
const without = synthesize(services);

/** The containers of a service's task by name, and whether each may write to its image's files. */
const writable = (service: string, stack = platform): Record<string, boolean> =>
  Object.fromEntries(
    containersOf(service, stack).map((each) => [
      String(each["name"]),
      each["readonlyRootFilesystem"] === false,
    ]),
  );
/** The statements of the task role of a service. */
const granted = (service: string, stack = platform) =>
  stack
    .dataSources("aws_iam_policy_document")
    .filter((block) =>
      (block["//"] as { metadata: { path: string } }).metadata.path.endsWith(
        `/${service}/task/roles/task-permissions`,
      ),
    )
    .flatMap(({ statement }) => plain(statement));

describe("with exec", () => {
  test("ECS runs its agent in the tasks of services and workers that start from then on", () => {
    const enabled = platform
      .resources("aws_ecs_service")
      .filter((service) => service["enable_execute_command"] === true)
      .map(({ name }) => name);
    expect(new Set(enabled)).toEqual(new Set(RUNNING.map((service) => `platform-${service}-dev`)));
  });

  test("the agent can write in a service's own container and its sidecars, and in no other", () => {
    expect(writable("orders")).toEqual({
      otel: true,
      "database-setup": false,
      migrate: false,
      orders: true,
      health: false,
      ready: false,
    });
    expect(writable("worker")).toMatchObject({ worker: true });
  });

  test("nothing else of a container changes: no capability, no user, and an init process", () => {
    const others = (stack: typeof platform) =>
      RUNNING.map((service) =>
        containersOf(service, stack).map((each) => ({ ...each, readonlyRootFilesystem: true })),
      );
    expect(others(platform)).toEqual(others(without.platform));
    const [web] = containersOf("web", platform);
    expect(web).toMatchObject({
      linuxParameters: { initProcessEnabled: true, capabilities: { drop: ["ALL"] } },
    });
  });

  test("a task role has what the agent needs, and writes sessions to the logs of its containers alone", () => {
    const log = (id: string) => `\${aws_cloudwatch_log_group.services_orders_task_${id}.arn}:*`;
    expect(granted("orders")).toEqual(sessionStatements([log("log"), log("log-otel")]));
    expect(granted("web")).toHaveLength(3);
  });

  test("a job stays as it is: nobody enters it", () => {
    expect(writable("sum")).toEqual({ sum: false });
    expect(granted("sum")).toEqual([]);
  });

  test("no other resource appears or changes, so that it can be taken away again", () => {
    const types = (stack: typeof platform) =>
      Object.entries(stack.json["resource"] ?? {}).map(([type, blocks]) => {
        return [type, Object.keys(blocks).sort()];
      });
    const changing = ["aws_iam_role_policy"];
    const kept = (stack: typeof platform) =>
      types(stack).filter(([type]) => !changing.includes(String(type)));
    expect(kept(platform)).toEqual(kept(without.platform));
    expect(platform.resources("aws_ecs_cluster")).toEqual(
      without.platform.resources("aws_ecs_cluster"),
    );
    expect(registry.json).toEqual(without.registry.json);
    expect(images.json).toEqual(without.images.json);
  });
});

test("without it, and with false, the stacks say nothing of it", () => {
  const none = synthesize(services, {}, { exec: false });
  expect(none.platform.json).toEqual(without.platform.json);
  expect(JSON.stringify(none.platform.json)).not.toMatch(/execute_command|ssmmessages/);
  expect(Object.values(writable("orders", without.platform))).not.toContain(true);
});
