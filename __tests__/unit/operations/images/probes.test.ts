import { describe, expect, test, vi } from "vitest";
import { isLocked } from "../../../../operations/failures/known-errors";
import Docker from "dockerode";
import {
  describeProbe,
  isNameTaken,
  removeProbes,
  removeStrayProbes,
  stopProbes,
} from "../../../../operations/images/probes";
import { StackFailure } from "../../../../operations/terraform/terraform-process";
import * as stacks from "../../../../operations/terraform/terraform-stack";
import { readConfig } from "../../../../project";
import type { ServiceSpec } from "../../../../spec/service/spec";
import { fixture } from "../../../support/services";
import { framed } from "../../../support/engine-log";

const failed = (error: string) => new StackFailure("images", [error]);

const CONFLICT =
  'Unable to create container: Error response from daemon: Conflict. The container name "/platform-web-probe-use1-dev" is already in use by container "9f3c". You have to remove (or rename) that container to be able to reuse that name.';

test("a probe that a killed run left behind is recognized by its name conflict", () => {
  expect(isNameTaken(failed(CONFLICT))).toBe(true);
  expect(isNameTaken(failed("container failed to be in healthy state"))).toBe(false);
  expect(isNameTaken(new Error(CONFLICT))).toBe(false);
});

test("a run that does not get the state lock leaves the lock holder's probes alone", () => {
  expect(isLocked(failed("Error acquiring the state lock: PreconditionFailed"))).toBe(true);
  expect(isLocked(failed(CONFLICT))).toBe(false);
});

/** An engine with these containers, and what is asked of it. */
function engineWith(containers: readonly object[]) {
  const docker = new Docker({ socketPath: "/nowhere/docker.sock" });
  const asked: unknown[] = [];
  const list = vi
    .spyOn(docker, "listContainers")
    .mockResolvedValue(containers as Docker.ContainerInfo[]);
  vi.spyOn(docker, "getContainer").mockImplementation((id) => {
    const remove = async ({ force, v }: { force: boolean; v: boolean }) =>
      Promise.resolve(asked.push(["remove", id, { force, v }]));
    const stop = async (how: object) => Promise.resolve(asked.push(["stop", id, how]));
    // The only methods that are called on a container.
    return { remove, stop } as unknown as Docker.Container;
  });
  return { docker, asked, list };
}

const { signal } = new AbortController();
const options = { terraform: "", environment: {}, signal, report: () => undefined };
const { config } = readConfig({});
const listed = (suffix: string) => ({
  all: true,
  filters: { label: [`fargate-platform=${suffix}`] },
});
const known = { Id: "known", Names: ["/platform-web-probe-use1-dev"], State: "running" };
const stray = {
  Id: "stray",
  Names: ["/other", "/platform-orders-probe-health-use1-dev"],
  State: "exited",
};
const others = [
  { Id: "of another region", Names: ["/platform-orders-probe-euw1-dev"], State: "running" },
  { Id: "of another project", Names: ["/shop-orders-probe-use1-dev"], State: "running" },
];

test("only probes that the state does not know are removed, with their volumes", async () => {
  const read = vi.spyOn(stacks, "readState").mockResolvedValue({ resources: [{ id: "known" }] });
  const { docker, asked, list } = engineWith([known, stray, ...others]);
  await removeStrayProbes(docker, config, options);
  expect(asked).toEqual([["remove", "stray", { force: true, v: true }]]);
  expect(list).toHaveBeenCalledWith(listed("dev"));
  expect(read).toHaveBeenCalledWith("images", options);
});

test("without a state every probe is a stray, and without probes no state is read", async () => {
  const read = vi.spyOn(stacks, "readState").mockResolvedValue(undefined);
  const { docker, asked } = engineWith([known, stray]);
  await removeStrayProbes(docker, config, options);
  expect(asked).toHaveLength(2);
  read.mockClear();
  await removeStrayProbes(engineWith(others).docker, config, options);
  expect(read).not.toHaveBeenCalled();
});

test("after a deployment its running probes are stopped, and those of no other", async () => {
  const { docker, asked } = engineWith([known, stray, ...others]);
  await stopProbes(docker, config);
  expect(asked).toEqual([["stop", "known", { t: 5 }]]);
});

test.each([304, 404])(
  "a probe that ends before it is stopped is no error (%i)",
  async (statusCode) => {
    const { docker } = engineWith([known]);
    const stop = vi.fn().mockRejectedValue(Object.assign(new Error("gone"), { statusCode }));
    vi.spyOn(docker, "getContainer").mockReturnValue({ stop } as unknown as Docker.Container);
    await stopProbes(docker, config);
    expect(stop).toHaveBeenCalledOnce();
  },
);

test("of environments whose states are gone every probe is removed", async () => {
  const { docker, asked, list } = engineWith([]);
  list.mockResolvedValueOnce([known as unknown as Docker.ContainerInfo]);
  list.mockResolvedValueOnce([stray as unknown as Docker.ContainerInfo]);
  await removeProbes(docker, ["dev", "pr-7"]);
  expect(list.mock.calls).toEqual([[listed("dev")], [listed("pr-7")]]);
  expect(asked).toEqual(["known", "stray"].map((id) => ["remove", id, { force: true, v: true }]));
});

describe("a probe that kept its image from being pushed", () => {
  /** Describes a probe in this state, with these words in its log. */
  async function described(
    State: object,
    log = "",
    Test?: readonly string[],
    seen = "",
    web: ServiceSpec = fixture.web,
  ) {
    const docker = new Docker({ socketPath: "/nowhere/docker.sock" });
    const Config = Test ? { Healthcheck: { Test } } : {};
    vi.spyOn(docker, "getContainer").mockImplementation((id) => {
      const isAsking = id === "platform-web-probe-health-use1-dev";
      if (!isAsking) expect(id).toBe(NAME);
      const inspect = async () => Promise.resolve({ State, Config });
      const logs = async (options: object) => {
        expect(options).toEqual({ stdout: true, stderr: true, tail: isAsking ? 1 : 10 });
        return Promise.resolve(framed(isAsking ? seen : log));
      };
      return { inspect, logs } as unknown as Docker.Container;
    });
    return describeProbe(docker, config, "web", { ...fixture, web });
  }

  const NAME = "platform-web-probe-use1-dev";

  test("has ended with an exit code, its last lines and the fix that they show", async () => {
    const ended = { Running: false, ExitCode: 1, OOMKilled: false, Error: "" };
    expect(await described(ended, "one\n\nRead-only file system\n")).toEqual({
      name: NAME,
      state: "exited with 1",
      log: ["one", "Read-only file system"],
      fix: "the image's files are read-only, as in its task: write to /tmp, or name the folder in `files.writable` in services/index.ts",
    });
    expect(await described({ ...ended, ExitCode: 127 })).toMatchObject({
      state: "exited with 127",
      log: [],
      fix: expect.stringContaining("the image has no such program"),
    });
    const words = 'exec: "start": executable file not found in $PATH';
    expect((await described({ ...ended, Error: words })).fix).toContain("no such program");
  });

  test("has ended for a reason that only its log shows, without a database", async () => {
    const ended = { Running: false, ExitCode: 1, OOMKilled: false, Error: "" };
    expect((await described(ended, "no variable TOKEN")).fix).toBe(
      "fix the error above; it ran with the settings of its task, but without a database",
    );
  });

  test("was killed for its memory, whatever it said", async () => {
    const killed = { Running: false, ExitCode: 137, OOMKilled: true, Error: "" };
    expect(await described(killed, "Read-only file system")).toMatchObject({
      state: "exited with 137 (out of memory)",
      fix: "raise `size.memory` in services/index.ts, or find out what uses it",
    });
  });

  test.each([
    ['exec: "curl": executable file not found in $PATH', "the image lacks the program"],
    ["sh: curl: No such file or directory", "the image lacks the program"],
    ["HTTP Error 404: Not Found", "leave `health.command` out"],
  ])("runs, but its own check says %s", async (Output, fix) => {
    const Health = { Log: [{ Output: "earlier" }, { Output: `before\n${Output}\n` }] };
    const check = ["CMD", "curl", "-f", "http://127.0.0.1"];
    const probe = await described({ Running: true, Health }, "listening", check);
    expect(probe).toEqual({
      name: NAME,
      state: `runs, but \`curl -f http://127.0.0.1\` fails in it: ${Output}`,
      log: ["listening"],
      fix: expect.stringContaining(fix),
    });
  });

  test("runs, and its own check has said nothing yet", async () => {
    const silent = { state: "runs, but `/check` fails in it" };
    const check = ["CMD", "/check"];
    expect(await described({ Running: true }, "", check)).toMatchObject(silent);
    const Health = { Log: [] };
    expect(await described({ Running: true, Health }, "", check)).toMatchObject(silent);
  });

  test("is one of the platform's own, which no word of the catalogue mends", async () => {
    const { docker } = engineWith([]);
    const inspect = async () =>
      Promise.resolve({
        State: { Running: true },
        Config: { Healthcheck: { Test: ["CMD", "/ready"] } },
      });
    const logs = async () => Promise.resolve(framed(""));
    // The only methods that are called on a container.
    vi.spyOn(docker, "getContainer").mockReturnValue({
      inspect,
      logs,
    } as unknown as Docker.Container);
    expect((await describeProbe(docker, config, "ready", fixture)).fix).toContain(
      "image of the platform",
    );
    const promoting = { ...config, promoteFrom: { environment: "dev" } };
    expect((await describeProbe(docker, promoting, "ready", fixture)).fix).toContain(
      "deploy dev, which",
    );
  });

  test("runs, but is not healthy for what is asked from beside it", async () => {
    const seen = "nothing listens on port 8080, but on 3000";
    expect(await described({ Running: true }, "listening", undefined, `${seen}\n`)).toEqual({
      name: NAME,
      state: `runs, but is not healthy: ${seen}`,
      log: ["listening"],
      fix: "fix it, or correct `port` and `health` in services/index.ts",
    });
    expect(await described({ Running: true })).toMatchObject({
      state: "runs, but is not healthy: it was not asked",
    });
  });

  const size = { cpu: 256, memory: 512 } as const;
  const schedule = { everyMinutes: 60 };
  const ended = { Running: false, ExitCode: 0, OOMKilled: false, Error: "" };

  test("is a worker that ended within its ten seconds, also with 0", async () => {
    const probe = await described(ended, "no message", undefined, "", { size });
    expect(probe).toMatchObject({
      state: "exited with 0",
      log: ["no message"],
      fix: expect.stringContaining("this one ended within 10 s"),
    });
    const failed = { ...ended, ExitCode: 1 };
    const known = await described(failed, "EROFS: /data", undefined, "", { size });
    expect(known.fix).toContain("files.writable");
  });

  test("is a worker whose own check fails, which has no path to ask for instead", async () => {
    const checked = { size, health: { command: ["/alive"] } } as const;
    const Health = { Log: [{ Output: "stuck" }] };
    const probe = await described({ Running: true, Health }, "", ["CMD", "/alive"], "", checked);
    expect(probe.fix).toContain("until it has run for ten seconds");
  });

  test("is a job whose dry run failed, or did not end", async () => {
    const job = { size, schedule, dryRun: ["nightly", "--check"] } as const;
    const failed = { ...ended, ExitCode: 3 };
    expect(await described(failed, "no total", undefined, "", job)).toMatchObject({
      state: "exited with 3",
      fix: expect.stringContaining("`dryRun` in services/index.ts: it must exit 0"),
    });
    expect(await described({ Running: true }, "waiting", undefined, "", job)).toMatchObject({
      state: "does not end",
      fix: expect.stringContaining("must end by itself"),
    });
  });

  test("is a job whose program does not start", async () => {
    const failed = { ...ended, ExitCode: 128, Error: "failed to create task" };
    expect((await described(failed, "", undefined, "", { size, schedule })).fix).toContain(
      "its program must start",
    );
  });
});
