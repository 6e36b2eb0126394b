import { DescribeServicesCommand } from "@aws-sdk/client-ecs";
import { describe, expect, test, vi } from "vitest";
import { RolloutWatch } from "../../../../operations/deployment/rollout-watch";
import { createClients } from "../../../../operations/target/clients";
import { readConfig } from "../../../../project";
import { LONGEST_DEPLOYMENT_MINUTES } from "../../../../spec/limits";
import { fixture } from "../../../support/services";

const address = (service: string) => `aws_ecs_service.services_${service}_service_0A1B2C3D`;
const failed = { status: "PRIMARY", rolloutState: "FAILED", rolloutStateReason: "tasks failed" };

/** A watch over an ECS with these answers: each service's primary deployment. */
async function watching(...answers: (Record<string, object> | Error)[]) {
  const clients = createClients({ region: "us-east-1" });
  vi.spyOn(clients.ecs, "send").mockImplementation((command: unknown) => {
    expect(command).toBeInstanceOf(DescribeServicesCommand);
    const answer = (answers.length > 1 ? answers.shift() : answers[0]) ?? {};
    if (answer instanceof Error) throw answer;
    const services = Object.entries(answer).map(([name, deployment]) => {
      return { serviceName: `platform-${name}-dev`, deployments: [deployment] };
    });
    return { services };
  });
  const { signal } = new AbortController();
  const { config } = readConfig({});
  const watch = new RolloutWatch({ config, services: fixture, clients, signal });
  await watch.start();
  await new Promise(setImmediate);
  watch.stop();
  return watch;
}

test("waiting is hopeless once ECS gives up everything that Terraform waits for, and the reason is given", async () => {
  const watch = await watching({}, { web: { ...failed, id: "1" } });
  expect(watch.hopeless([address("web")])).toBe(
    "web: ECS has given up on its first deployment: tasks failed",
  );
});

test("the watch waits while anything else is in progress", async () => {
  const watch = await watching({}, { web: { ...failed, id: "1" } });
  expect(watch.hopeless([address("web"), "aws_rds_cluster.database_cluster_0A1B2C3D"])).toBe(
    undefined,
  );
  expect(watch.hopeless([address("web"), address("orders")])).toBe(undefined);
  expect(watch.hopeless([])).toBe(undefined);
});

test("a deployment that ECS gave up before this one began does not count", async () => {
  const watch = await watching({ web: { ...failed, id: "1" } });
  expect(watch.hopeless([address("web")])).toBe(undefined);
});

test("a rollback is left to Terraform: its primary deployment is in progress again", async () => {
  const watch = await watching({}, { web: { ...failed, id: "0", rolloutState: "IN_PROGRESS" } });
  expect(watch.hopeless([address("web")])).toBe(undefined);
});

test("more services than ECS describes at once are asked about in parts", async () => {
  const clients = createClients({ region: "us-east-1" });
  const names = [...Array(23).keys()].map((index) => `service-${index}`);
  const asked: string[] = [];
  vi.spyOn(clients.ecs, "send").mockImplementation((command: unknown) => {
    const { services = [] } = (command as DescribeServicesCommand).input;
    // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServices.html
    expect(services.length).toBeLessThanOrEqual(10);
    asked.push(...services);
    const completed = { status: "PRIMARY", rolloutState: "COMPLETED", id: "1" };
    return { services: services.map((serviceName) => ({ serviceName, deployments: [completed] })) };
  });
  const services = Object.fromEntries(names.map((name) => [name, fixture.web]));
  const { signal } = new AbortController();
  const { config } = readConfig({});
  const watch = new RolloutWatch({ config, services, clients, signal });
  await watch.untilCompleted(() => undefined);
  expect(asked).toEqual(names.map((name) => `platform-${name}-dev`));
});

test("a failed request to ECS does not make the deployment hopeless", async () => {
  const watch = await watching(new Error("connection refused"));
  expect(watch.hopeless([address("web")])).toBe(undefined);
});

describe("after Terraform succeeds", () => {
  const completed = { status: "PRIMARY", rolloutState: "COMPLETED", id: "1" };
  const all = (state: object) => ({ web: state, orders: completed, "order-archive": completed });

  test("the deployment succeeds once ECS reports every service as completed", async () => {
    const watch = await watching(all(completed));
    await expect(watch.untilCompleted(() => undefined)).resolves.toBeUndefined();
  });

  test("a service that never becomes healthy fails once the longest deployment would be over", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    try {
      const clients = createClients({ region: "us-east-1" });
      const { config } = readConfig({});
      const waiting = { status: "PRIMARY", rolloutState: "IN_PROGRESS", id: "1" };
      vi.spyOn(clients.ecs, "send").mockImplementation(() => {
        // The limit counts from the first question, whose answer takes as long as all of them would.
        vi.setSystemTime(Date.now() + LONGEST_DEPLOYMENT_MINUTES * 60_000 + 1);
        return { services: [{ serviceName: "platform-web-dev", deployments: [waiting] }] };
      });
      const { web } = fixture;
      const { signal } = new AbortController();
      const watch = new RolloutWatch({ config, services: { web }, clients, signal });
      await expect(watch.untilCompleted(() => undefined)).rejects.toMatchObject({
        stackName: "platform",
        errors: ["web: its deployment is IN_PROGRESS: ECS does not answer"],
      });
    } finally {
      vi.useRealTimers();
    }
  });

  test("a service whose deployment ECS still gives up fails, by name", async () => {
    const watch = await watching(all({ ...failed, id: "1" }));
    await expect(watch.untilCompleted(() => undefined)).rejects.toMatchObject({
      errors: ["web: its deployment is FAILED: tasks failed"],
    });
  });
});
