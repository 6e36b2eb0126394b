import { setTimeout as sleep } from "node:timers/promises";
import { beforeEach, describe, expect, test, vi } from "vitest";
import * as diagnosis from "../../../../operations/diagnosis/service-diagnosis";
import { restart } from "../../../../operations/rollouts/restart";
import { waitUntilComplete } from "../../../../operations/rollouts/rollout-wait";
import { restartWithSecret } from "../../../../operations/rollouts/secret-restart";
import { Refusal } from "../../../../operations/terminal/refusal";
import { awsError } from "../../../support/preflight";
import { refusal } from "../../../support/refusal";
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
/** Ctrl-C while ECS is asked to update the service. */
function interruptedByUpdate() {
  const interruption = new AbortController();
  const { rollout } = rolloutWith([], {
    UpdateService: () => {
      interruption.abort();
      return { service: { deployments: [of("IN_PROGRESS", { status: "PRIMARY" })] } };
    },
  });
  return { rollout: { ...rollout, signal: interruption.signal } };
}
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

  test("that fails is a failure, and says how to learn why", async () => {
    const failed = of("FAILED", { rolloutStateReason: "tasks failed to start" });
    const restarted = restart(rolloutWith([[failed]]).rollout);
    await expect(restarted).rejects.toThrow("web did not become healthy: tasks failed to start");
    await expect(restarted).rejects.toThrow("npx platform diagnose dev web");
  });

  test("asks for this service alone, every three seconds, and no longer after Ctrl-C", async () => {
    const { rollout, calls } = rolloutWith([[of("IN_PROGRESS", COUNTS)], [of("COMPLETED")]]);
    await restart(rollout);
    expect(calls.at(-1)?.input).toEqual({
      cluster: "platform-dev",
      services: ["platform-web-dev"],
    });
    const { signal } = rollout;
    expect(vi.mocked(sleep).mock.calls.at(-1)).toEqual([3_000, undefined, { signal }]);
  });

  test("whose tasks fail names all versions whose tasks still run, each once, and ECS's reason if it has one", async () => {
    const tasks = (id: string, revision: string, runningCount?: number) => ({
      id,
      taskDefinition: `arn:aws:ecs:us-east-1:1:task-definition/${revision}`,
      runningCount,
    });
    const listed = [
      { ...of("FAILED"), ...tasks("new", "web:6", 1) },
      tasks("a", "web:5", 2),
      tasks("b", "web:5", 1),
      tasks("c", "web:4", 1),
      tasks("d", "web:3", 0),
      tasks("e", "web:2"),
    ];
    const failed = await restart(rolloutWith([listed]).rollout).catch(String);
    expect(failed).toMatch(/^Failure: web did not become healthy: ECS gives no reason\n/);
    expect(failed).toMatch(
      /\n {2}The reason could not be read: AccessDeniedException: no\n→ Tasks of web:5 and web:4 still run; .* shows this again\.$/,
    );
  });

  test("that another deployment takes over is a failure, which says nothing of health", async () => {
    const other = { id: "other", status: "PRIMARY", rolloutStateReason: "rolling back to it" };
    const older = { id: "older", status: "ACTIVE", rolloutStateReason: "was complete" };
    const restarted = restart(rolloutWith([[of("IN_PROGRESS")], [older, other]]).rollout);
    await expect(restarted).rejects.toThrow(
      "web: another deployment took over before this one was complete: rolling back to it\n",
    );
    await expect(restarted).rejects.toThrow(/which version runs\.$/);
    const silent = restart(rolloutWith([[of("IN_PROGRESS")], [{ id: "other" }]]).rollout);
    await expect(silent).rejects.toThrow("took over before this one was complete\n");
    await expect(restarted).rejects.toThrow("npx platform status dev");
    await expect(restarted).rejects.not.toThrow("former tasks");
  });

  test("waits until ECS lists the new deployment, for four looks", async () => {
    const late = rolloutWith([[OLD], [OLD], [OLD], [OLD], [of("COMPLETED")]]);
    await restart(late.rollout);
    const never = rolloutWith([[OLD], [OLD], [OLD], [OLD], [OLD], [of("COMPLETED")]]);
    await expect(restart(never.rollout)).rejects.toThrow("another deployment took over");
  });

  test("reports a look that fails, and goes on", async () => {
    const looks = [awsError("ThrottlingException", "Rate exceeded"), [of("COMPLETED")]];
    const { rollout, reports } = rolloutWith([], {
      DescribeServices: () => {
        const next = looks.shift();
        if (next instanceof Error) throw next;
        return { services: [{ deployments: next }] };
      },
    });
    await restart(rollout);
    expect(reports).toEqual([
      "ECS could not be asked, trying again: ThrottlingException: Rate exceeded",
    ]);
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
      unhealthyTasks: [],
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
    const restarted = restart(rollout);
    await expect(restarted).rejects.toThrow(/not known to be complete after \d+ minutes/);
    // Repeating a restart returns to no other version.
    await expect(restarted).rejects.toThrow(/npx platform status dev --watch shows how it ends\.$/);
    vi.restoreAllMocks();
  });

  test("is left to ECS by Ctrl-C once ECS has it", async () => {
    const interrupted = restart(interruptedByUpdate().rollout);
    await expect(interrupted).rejects.toThrow("interrupted; ECS goes on replacing the tasks");
  });

  test("is not begun after Ctrl-C", async () => {
    const { rollout, calls } = rolloutWith([]);
    const interrupted = restart({ ...rollout, signal: AbortSignal.abort() });
    await expect(interrupted).rejects.toThrow("interrupted; nothing was changed");
    expect(calls).toEqual([]);
  });

  test.each([
    ["InvalidParameterException", "→ ECS has refused it; nothing was changed."],
    ["ThrottlingException", "→ ECS has refused it; nothing was changed. Run the command again."],
  ])("that ECS refuses with %s changes nothing", async (name, advice) => {
    await expect(restart(rolloutWith([], failing(name)).rollout)).rejects.toThrow(
      `web could not be updated: ${name}: no\n${advice}`,
    );
  });

  test("of which no answer came may have begun", async () => {
    const { rollout } = rolloutWith([], {
      UpdateService: () => {
        throw new Error("socket hang up");
      },
    });
    const lost = restart(rollout);
    await expect(lost).rejects.toThrow("ECS may replace the tasks all the same");
    await expect(lost).rejects.toThrow("run the command again");
  });

  test.each(NOT_DEPLOYED)("of a service that is not deployed is refused: %s", async (name) => {
    const restarted = restart(rolloutWith([], failing(name)).rollout);
    await expect(restarted).rejects.toThrow(Refusal);
    await expect(restarted).rejects.toThrow("web is not deployed in dev");
  });

  test("of a job is refused before AWS is asked", async () => {
    const { rollout, calls } = rolloutWith([]);
    const job = { size: { cpu: 256, memory: 512 }, schedule: { everyMinutes: 60 } } as const;
    await expect(restart({ ...rollout, services: { web: job } })).rejects.toThrow(
      refusal("web is a job", "npx platform run dev web starts a run now."),
    );
    expect(calls).toEqual([]);
  });

  test("without the permission names the permission", async () => {
    const { rollout } = rolloutWith([], failing("AccessDeniedException"));
    await expect(restart(rollout)).rejects.toThrow(
      /web could not be updated[^]*ecs:UpdateService[^]*docs\/operating.md/,
    );
  });
});

test("a rollback that ECS takes back says where to go instead, and one that another deployment replaces does not", async () => {
  const ended = async (rolloutStateReason: string) => {
    const other = { id: "old", status: "PRIMARY", rolloutStateReason };
    const { rollout } = rolloutWith([[of("IN_PROGRESS")], [other]]);
    return await waitUntilComplete("new", rollout, "Go elsewhere.").catch(String);
  };
  const reason = "ECS deployment circuit breaker: rolling back to deploymentId old.";
  expect(await ended(reason)).toMatch(
    /another deployment took over .*: ECS deployment circuit breaker[^]*\n→ npx platform status dev .*\n {2}Go elsewhere\.$/,
  );
  expect(await ended("ECS deployment old in progress.")).not.toContain("elsewhere");
});

describe("a restart after a secret was set", () => {
  test("says that the service runs with it, once ECS has replaced its tasks", async () => {
    const { rollout, calls } = rolloutWith([[of("COMPLETED")]]);
    expect(await restartWithSecret(rollout)).toBe("web runs with the secret.");
    const place = { cluster: "platform-dev" };
    expect(calls).toEqual([
      {
        name: "UpdateService",
        input: { ...place, service: "platform-web-dev", forceNewDeployment: true },
      },
      { name: "DescribeServices", input: { ...place, services: ["platform-web-dev"] } },
    ]);
  });

  test("is not made of a job: its next run reads the secret", async () => {
    const { rollout, calls } = rolloutWith([]);
    const nightly = { size: { cpu: 256, memory: 512 }, schedule: { everyMinutes: 60 } } as const;
    expect(await restartWithSecret({ ...rollout, services: { web: nightly } })).toBe(
      "web is a job: its next run has the secret.",
    );
    expect(calls).toEqual([]);
  });

  test.each(NOT_DEPLOYED)("is not needed by a service that is not deployed: %s", async (name) => {
    const { rollout } = rolloutWith([], failing(name));
    expect(await restartWithSecret(rollout)).toContain("web is not deployed");
  });

  test("that breaks in another way passes on how", async () => {
    const defect = new TypeError("a defect");
    const { rollout } = rolloutWith([]);
    const signal = new Proxy(rollout.signal, {
      get: () => {
        throw defect;
      },
    });
    await expect(restartWithSecret({ ...rollout, signal })).rejects.toBe(defect);
  });

  test("that fails, is denied or is interrupted says that the secret is set", async () => {
    const failed = rolloutWith([[of("FAILED")]]).rollout;
    await expect(restartWithSecret(failed)).rejects.toThrow("The secret is set, but web did not");
    const denied = rolloutWith([], failing("AccessDeniedException")).rollout;
    await expect(restartWithSecret(denied)).rejects.toThrow(
      /The secret is set, but web could not[^]*docs\/secrets.md. Until then the service is unchanged/,
    );
    const later = restartWithSecret(interruptedByUpdate().rollout);
    await expect(later).rejects.toThrow(
      "The secret is set. The restart was interrupted; ECS goes on replacing the tasks",
    );
    const { rollout } = rolloutWith([]);
    const before = restartWithSecret({ ...rollout, signal: AbortSignal.abort() });
    await expect(before).rejects.toThrow(
      "The secret is set. The restart was interrupted; the service is unchanged",
    );
  });
});
