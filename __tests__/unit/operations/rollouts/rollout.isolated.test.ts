import { beforeEach, describe, expect, test, vi } from "vitest";
import * as diagnosis from "../../../../operations/diagnosis/service-diagnosis";
import { restart } from "../../../../operations/rollouts/restart";
import { restartWithSecret } from "../../../../operations/rollouts/secret-restart";
import { Refusal } from "../../../../operations/terminal/refusal";
import { awsError } from "../../../support/preflight";
import { rolloutWith } from "../../../support/rollout";

vi.mock("node:timers/promises", () => ({ setTimeout: vi.fn(() => Promise.resolve()) }));

const of = (rolloutState: string, more = {}) => ({ id: "new", rolloutState, ...more });
const OLD = { id: "old", rolloutState: "COMPLETED" };
const COUNTS = { runningCount: 1, desiredCount: 2, pendingCount: 1 };

const failing = (name: string) => ({
  UpdateService: () => {
    throw awsError(name);
  },
});
const NOT_DEPLOYED = [
  "ClusterNotFoundException",
  "ServiceNotFoundException",
  "ServiceNotActiveException",
];

beforeEach(() => {
  vi.spyOn(diagnosis, "diagnoseService").mockRejectedValue(awsError("AccessDeniedException"));
});

describe("a restart", () => {
  test("makes ECS replace the tasks of this service with the same revision, and ends once they are healthy", async () => {
    const { rollout, calls, reports } = rolloutWith([
      [of("IN_PROGRESS", COUNTS), OLD],
      [of("COMPLETED")],
    ]);
    await restart(rollout);
    expect(calls[0]).toEqual({
      name: "UpdateService",
      // The number of tasks is left to autoscaling.
      input: { cluster: "platform-dev", service: "platform-web-dev", forceNewDeployment: true },
    });
    expect(calls.filter(({ name }) => name === "DescribeServices")).toHaveLength(2);
    expect(reports).toEqual(["web: 1 of 2 new tasks run, 1 start"]);
  });

  test.each<[string, readonly { id: string }[], string]>([
    ["fails", [of("FAILED", { rolloutStateReason: "tasks failed to start" })], "tasks failed"],
    ["is rolled back", [{ id: "rollback" }], "another deployment took over"],
  ])("that %s is a failure, and says how to learn why", async (_, state, reason) => {
    const restarted = restart(rolloutWith([state]).rollout);
    await expect(restarted).rejects.toThrow(`web did not become healthy: ${reason}`);
    await expect(restarted).rejects.toThrow("npx platform diagnose dev web");
  });

  test("that fails ends with the diagnosis of the service", async () => {
    vi.mocked(diagnosis.diagnoseService).mockResolvedValue({
      service: "web",
      serviceName: "platform-web-dev",
      tasks: undefined,
      mayHaveNone: false,
      deployments: [],
      stoppedTask: undefined,
      pendingTasks: [],
      unhealthyTargets: [],
      image: { expected: "unknown", running: [] },
      events: [],
    });
    await expect(restart(rolloutWith([[of("FAILED")]]).rollout)).rejects.toThrow(
      "  web: the ECS service platform-web-dev does not exist",
    );
  });

  test("gives up after the time that a deployment of the service may take", async () => {
    const start = Date.now();
    const { rollout } = rolloutWith([], {
      DescribeServices: () => {
        vi.spyOn(Date, "now").mockReturnValue(start + 3_600_000);
        return { services: [{ deployments: [of("IN_PROGRESS")] }] };
      },
    });
    await expect(restart(rollout)).rejects.toThrow(/not complete after \d+ minutes/);
    vi.restoreAllMocks();
  });

  test("is left to ECS by Ctrl-C", async () => {
    const { rollout } = rolloutWith([]);
    const interrupted = restart({ ...rollout, signal: AbortSignal.abort() });
    await expect(interrupted).rejects.toThrow("interrupted; ECS goes on replacing the tasks");
  });

  test.each(NOT_DEPLOYED)("of a service that is not deployed is refused: %s", async (name) => {
    const restarted = restart(rolloutWith([], failing(name)).rollout);
    await expect(restarted).rejects.toThrow(Refusal);
    await expect(restarted).rejects.toThrow("web is not deployed in dev");
  });

  test("of a job is refused before AWS is asked", async () => {
    const { rollout, calls } = rolloutWith([]);
    const job = { size: { cpu: 256, memory: 512 }, schedule: { everyMinutes: 60 } } as const;
    await expect(restart({ ...rollout, services: { web: job } })).rejects.toThrow("web is a job");
    expect(calls).toEqual([]);
  });

  test("without the permission names the permission", async () => {
    const { rollout } = rolloutWith([], failing("AccessDeniedException"));
    await expect(restart(rollout)).rejects.toThrow(/web could not be updated[^]*ecs:UpdateService/);
  });
});

describe("a restart after a secret was set", () => {
  test("says that the service runs with it", async () => {
    const { rollout } = rolloutWith([[of("COMPLETED")]]);
    expect(await restartWithSecret(rollout)).toBe("web runs with the secret.");
  });

  test.each(NOT_DEPLOYED)("is not needed by a service that is not deployed: %s", async (name) => {
    const { rollout } = rolloutWith([], failing(name));
    expect(await restartWithSecret(rollout)).toContain("web is not deployed");
  });

  test("that fails, is denied or is interrupted says that the secret is set", async () => {
    const failed = rolloutWith([[of("FAILED")]]).rollout;
    await expect(restartWithSecret(failed)).rejects.toThrow("The secret is set, but web did not");
    const denied = rolloutWith([], failing("AccessDeniedException")).rollout;
    await expect(restartWithSecret(denied)).rejects.toThrow("The secret is set, but web could not");
    const { rollout } = rolloutWith([]);
    const interrupted = restartWithSecret({ ...rollout, signal: AbortSignal.abort() });
    await expect(interrupted).rejects.toThrow("the secret is set, and ECS goes on");
  });
});
