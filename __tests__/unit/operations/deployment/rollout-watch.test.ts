import { DescribeServicesCommand } from "@aws-sdk/client-ecs";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { RolloutWatch } from "../../../../operations/deployment/rollout-watch";
import { createClients } from "../../../../operations/target/clients";
import { readConfig } from "../../../../project";
import * as limits from "../../../../spec/limits";
import { fixture } from "../../../support/services";

const address = (service: string) => `aws_ecs_service.services_${service}_service_0A1B2C3D`;
const LONGEST_MS = limits.LONGEST_DEPLOYMENT_MINUTES * 60_000;
const failed = { status: "PRIMARY", rolloutState: "FAILED", rolloutStateReason: "tasks failed" };

/** A service as ECS describes it: its tasks of before run until those of its deployment are healthy. */
function described(name: string, deployment: object) {
  const before = { status: "ACTIVE", rolloutState: "COMPLETED", id: "0" };
  return { serviceName: `platform-${name}-dev`, deployments: [before, deployment] };
}

/** A watch over an ECS with these answers: each service's primary deployment. */
async function watching(...answers: (Record<string, object> | Error)[]) {
  const clients = createClients({ region: "us-east-1" });
  vi.spyOn(clients.ecs, "send").mockImplementation((command: unknown) => {
    expect(command).toBeInstanceOf(DescribeServicesCommand);
    expect(command).toHaveProperty("input.cluster", "platform-dev");
    const answer = (answers.length > 1 ? answers.shift() : answers[0]) ?? {};
    if (answer instanceof Error) throw answer;
    return { services: Object.entries(answer).map(([name, each]) => described(name, each)) };
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
  const { rolloutStateReason, ...silent } = failed;
  const watch = await watching({}, { web: { ...failed, id: "1" }, orders: { ...silent, id: "2" } });
  expect(watch.hopeless([address("web"), address("orders")])).toBe(
    `web: ECS has given up on its first deployment: ${rolloutStateReason}\norders: ECS has given up on its first deployment: no reason given`,
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

test("a deployment that ECS gave up before this one began does not count, this one does", async () => {
  const before = { web: { ...failed, id: "1" } };
  const still = await watching(before);
  expect(still.hopeless([address("web")])).toBe(undefined);
  const again = await watching(before, { web: { ...failed, id: "2" } });
  expect(again.hopeless([address("web")])).toContain("ECS has given up");
});

const PAUSE_MS = 50;

function shortenThePause(): void {
  // To the compiler the constant is a literal.
  vi.spyOn(limits, "ROLLOUT_POLL_SECONDS", "get").mockReturnValue((PAUSE_MS / 1000) as never);
}

test("ECS is asked again after the pause, and no more once the watch ends", async () => {
  shortenThePause();
  const clients = createClients({ region: "us-east-1" });
  const asked: number[] = [];
  vi.spyOn(clients.ecs, "send").mockImplementation(() => {
    asked.push(performance.now());
    return {};
  });
  const { signal } = new AbortController();
  const watch = new RolloutWatch({ ...readConfig({}), services: fixture, clients, signal });
  await watch.start();
  await vi.waitFor(() => {
    expect(asked.length).toBeGreaterThan(2);
  });
  watch.stop();
  const [, first = 0, second = 0, ...rest] = asked;
  // A timer may fire a millisecond early.
  expect(second - first).toBeGreaterThan(PAUSE_MS - 2);
  await sleep(4 * PAUSE_MS);
  expect(asked.slice(3)).toEqual(rest);
});

test("a rollback is left to Terraform: its primary deployment is in progress again", async () => {
  const watch = await watching({}, { web: { ...failed, id: "0", rolloutState: "IN_PROGRESS" } });
  expect(watch.hopeless([address("web")])).toBe(undefined);
});

test.each([
  [20, [10, 10]],
  [23, [10, 10, 3]],
])("ECS is asked about %i services in parts of %j", async (count, parts) => {
  const clients = createClients({ region: "us-east-1" });
  const names = [...Array(count).keys()].map((index) => `service-${index}`);
  const asked: string[][] = [];
  vi.spyOn(clients.ecs, "send").mockImplementation((command: unknown) => {
    const { services = [] } = (command as DescribeServicesCommand).input;
    // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServices.html
    asked.push(services);
    const completed = { status: "PRIMARY", rolloutState: "COMPLETED", id: "1" };
    return { services: services.map((serviceName) => ({ serviceName, deployments: [completed] })) };
  });
  const services = Object.fromEntries(names.map((name) => [name, fixture.web]));
  const { signal } = new AbortController();
  const { config } = readConfig({});
  const watch = new RolloutWatch({ config, services, clients, signal });
  await watch.untilCompleted(() => undefined);
  expect(asked.map(({ length }) => length)).toEqual(parts);
  expect(asked.flat()).toEqual(names.map((name) => `platform-${name}-dev`));
});

test("a failed request to ECS does not make the deployment hopeless", async () => {
  const watch = await watching(new Error("connection refused"));
  expect(watch.hopeless([address("web")])).toBe(undefined);
});

describe("after Terraform succeeds", () => {
  const completed = { status: "PRIMARY", rolloutState: "COMPLETED", id: "1" };
  const waiting = { status: "PRIMARY", rolloutState: "IN_PROGRESS", id: "1" };
  const all = (state: object) => ({ web: state, orders: completed, "order-archive": completed });

  test("the deployment succeeds once ECS reports every service as completed", async () => {
    const watch = await watching(all(completed));
    await expect(watch.untilCompleted(() => undefined)).resolves.toBeUndefined();
  });

  describe("the longest deployment", () => {
    beforeEach(() => {
      vi.useFakeTimers({ toFake: ["Date"] });
      shortenThePause();
    });
    afterEach(() => {
      vi.useRealTimers();
    });

    /** Waits for two services, until the first answer for so long, and says what for. */
    async function waitingFor(ms: number, ...answers: Record<string, object>[]): Promise<string[]> {
      const clients = createClients({ region: "us-east-1" });
      const ends = Date.now() + ms;
      vi.spyOn(clients.ecs, "send").mockImplementation(() => {
        vi.setSystemTime(ends);
        const answer = Object.entries(answers.shift() ?? {});
        return { services: answer.map(([name, each]) => described(name, each)) };
      });
      const { web, orders } = fixture;
      const { signal } = new AbortController();
      const { config } = readConfig({});
      const watch = new RolloutWatch({ config, services: { web, orders }, clients, signal });
      const said: string[] = [];
      await watch.untilCompleted((line) => said.push(line));
      return said;
    }

    test("is waited for to its end, with a pause before ECS is asked again", async () => {
      const began = performance.now();
      const answers = [{ web: waiting }, { web: completed, orders: completed }];
      expect(await waitingFor(LONGEST_MS, ...answers)).toEqual([
        "waiting for web, orders to become healthy",
      ]);
      expect(performance.now() - began).toBeGreaterThan(PAUSE_MS - 2);
    });

    test("and no longer: what is not healthy then, or unknown to ECS, fails", async () => {
      await expect(waitingFor(LONGEST_MS + 1, { web: waiting })).rejects.toMatchObject({
        stackName: "platform",
        errors: [
          "web: its deployment is IN_PROGRESS: ECS does not answer",
          "orders: its deployment is unknown: ECS does not answer",
        ],
      });
    });
  });

  test("a service whose deployment ECS still gives up fails, by name, and none that goes on", async () => {
    const watch = await watching({ web: { ...failed, id: "1" }, orders: waiting });
    await expect(watch.untilCompleted(() => undefined)).rejects.toMatchObject({
      errors: ["web: its deployment is FAILED: tasks failed"],
    });
  });
});
