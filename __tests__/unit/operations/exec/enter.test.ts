import { PassThrough } from "node:stream";
import Docker from "dockerode";
import { beforeEach, describe, expect, test, vi } from "vitest";
import * as engine from "../../../../operations/exec/engine-session";
import { type Entry, enter } from "../../../../operations/exec/enter";
import * as plugin from "../../../../operations/exec/session-plugin";
import { createClients } from "../../../../operations/target/clients";
import { readConfig } from "../../../../project";
import type { EnvironmentSettings } from "../../../../spec/environment/settings";
import type { ServiceSpec } from "../../../../spec/service/spec";
import { callsOf } from "../../../support/aws-calls";
import { environmentsWith } from "../../../support/environments";
import { awsError } from "../../../support/preflight";
import { fixture } from "../../../support/services";

const size = { cpu: 256, memory: 512 } as const;
const LOCAL = { PLATFORM_REGISTRY: "http://127.0.0.1:4566" };
const SESSION = { sessionId: "s", streamUrl: "wss://stream", tokenValue: "the token" };
const ID = "0a".repeat(16);
const TASK = {
  taskArn: `arn:aws:ecs:us-east-1:123456789012:task/platform-dev/${ID}`,
  taskDefinitionArn: "arn:aws:ecs:us-east-1:123456789012:task-definition/platform-web-dev:7",
  lastStatus: "RUNNING",
  healthStatus: "HEALTHY",
  enableExecuteCommand: true,
  containers: [
    { name: "web", runtimeId: `${ID}-7` },
    { name: "otel", runtimeId: `${ID}-8` },
  ],
};
const web: ServiceSpec = { ...fixture.web, sidecars: { otel: { folder: "sidecars/otel" } } };

/** What happens, in order. */
let happened: string[];
let reports: string[];
beforeEach(() => {
  happened = [];
  reports = [];
  const note = (what: string) => () => {
    happened.push(what);
    return Promise.resolve();
  };
  vi.spyOn(plugin, "requirePlugin").mockImplementation(note("plugin asked for"));
  vi.spyOn(plugin, "connectPlugin").mockImplementation(note("plugin connected"));
  vi.spyOn(engine, "connectEngine").mockImplementation(note("engine connected"));
});

interface Changes extends Partial<Entry> {
  readonly settings?: EnvironmentSettings;
  readonly env?: Readonly<Record<string, string>>;
  readonly answers?: Parameters<typeof callsOf>[1];
  readonly isTTY?: boolean;
}

/** The container's definition in the task's revision. */
const definedAs = (definition: object) => ({
  DescribeTaskDefinition: () => ({ taskDefinition: { containerDefinitions: [definition] } }),
});

function entered({
  settings = { exec: true },
  env = {},
  answers = {},
  isTTY = true,
  ...entry
}: Changes = {}) {
  const { config } = readConfig(env, environmentsWith(settings), fixture);
  const clients = createClients({ region: config.region });
  const calls = callsOf(clients, {
    ListTasks: () => ({ taskArns: [TASK.taskArn] }),
    DescribeTasks: () => ({ tasks: [TASK] }),
    ...definedAs({ name: "web", readonlyRootFilesystem: false }),
    ExecuteCommand: () => {
      happened.push("session opened");
      return { session: SESSION };
    },
    ...answers,
  });
  const docker = vi.fn(() => new Docker({ socketPath: "/nowhere/docker.sock" }));
  // The output may be a pipe.
  const streams = { input: Object.assign(new PassThrough(), { isTTY }), output: new PassThrough() };
  const done = enter(
    {
      service: "web",
      spec: web,
      config,
      container: undefined,
      task: undefined,
      command: [],
      ...entry,
    },
    {
      clients,
      engine: docker,
      profile: "work",
      proxy: "http://proxy:3128",
      // No session is made with them here.
      streams: streams as unknown as engine.Streams,
      report: (line) => void reports.push(line),
      pause: () => Promise.resolve(),
    },
  );
  return { done, calls, docker };
}

describe("on AWS", () => {
  test("the plugin is there before a session is opened, and then connects to the task's container", async () => {
    const { done, calls } = entered();
    await done;
    expect(happened).toEqual(["plugin asked for", "session opened", "plugin connected"]);
    expect(calls.find(({ name }) => name === "ListTasks")?.input).toMatchObject({
      cluster: "platform-dev",
      serviceName: "platform-web-dev",
      desiredStatus: "RUNNING",
    });
    expect(calls.find(({ name }) => name === "DescribeTaskDefinition")?.input).toEqual({
      taskDefinition: TASK.taskDefinitionArn,
    });
    expect(calls.at(-1)?.input).toEqual({
      cluster: "platform-dev",
      task: ID,
      container: "web",
      command: "/bin/sh",
      interactive: true,
    });
    expect(plugin.connectPlugin).toHaveBeenCalledExactlyOnceWith(SESSION, {
      region: "us-east-1",
      profile: "work",
      proxy: "http://proxy:3128",
      target: `ecs:platform-dev_${ID}_${ID}-7`,
    });
    expect(reports[0]).toBe("web in dev: task 0a0a0a0a, container web, as root: /bin/sh");
  });

  test("a sidecar's read-only file system does not keep anybody out of the service's own container", async () => {
    const containerDefinitions = [
      { name: "otel", readonlyRootFilesystem: true },
      { name: "web", readonlyRootFilesystem: false },
    ];
    const DescribeTaskDefinition = () => ({ taskDefinition: { containerDefinitions } });
    await entered({ answers: { DescribeTaskDefinition } }).done;
    expect(happened).toContain("plugin connected");
  });

  test("of several tasks, it is said that there are others", async () => {
    const other = { ...TASK, taskArn: TASK.taskArn.replace(ID, "0b".repeat(16)) };
    await entered({ answers: { DescribeTasks: () => ({ tasks: [TASK, other] }) } }).done;
    expect(reports[0]).toMatch(/^web in dev: task 0a0a0a0a of 2, container web/);
  });

  test("no container engine is looked for", async () => {
    const { done, docker } = entered();
    await done;
    expect(docker).not.toHaveBeenCalled();
  });

  test("without the plugin nothing is asked of AWS", async () => {
    vi.mocked(plugin.requirePlugin).mockRejectedValue(new Error("not installed"));
    const { done, calls } = entered();
    await expect(done).rejects.toThrow("not installed");
    expect(calls).toEqual([]);
  });

  test("a command is one text, quoted, and may run in a sidecar", async () => {
    const { done, calls } = entered({ container: "otel", command: ["echo", "a b"] });
    await done;
    expect(calls.at(-1)?.input).toMatchObject({ container: "otel", command: "echo 'a b'" });
  });

  test("the token is in no line that is printed", async () => {
    await entered().done;
    expect(reports.join()).not.toContain("the token");
  });
});

describe("on the local AWS", () => {
  test("ECS opens the session too, and the engine runs the words as they are; there is no plugin", async () => {
    await entered({ env: LOCAL, command: ["echo", "a b"] }).done;
    expect(happened).toEqual(["session opened", "engine connected"]);
    const [, command] = vi.mocked(engine.connectEngine).mock.calls[0] ?? [];
    expect(command).toEqual({ runtimeId: `${ID}-7`, words: ["echo", "a b"] });
  });

  test("what ECS refuses does not run", async () => {
    const answers = {
      ExecuteCommand: () => {
        throw awsError("AccessDeniedException");
      },
    };
    await expect(entered({ env: LOCAL, answers }).done).rejects.toThrow("ecs:ExecuteCommand");
    expect(happened).toEqual([]);
  });
});

describe("a shell that ends at once may not exist", () => {
  test("which is said, with what works without one", async () => {
    await entered().done;
    expect(reports.at(-1)).toMatch(
      /no \/bin\/sh[^]*exec dev web -- [^]*--container[^]*run dev web/,
    );
  });

  test("but not of one that lasted, nor of another program", async () => {
    await entered({ command: ["id"] }).done;
    expect(reports).toHaveLength(1);
    vi.spyOn(performance, "now").mockReturnValueOnce(0).mockReturnValueOnce(60_000);
    await entered().done;
    expect(reports).toHaveLength(2);
  });
});

describe("it is refused before AWS is asked", () => {
  test.each<[string, Changes, string, string]>([
    [
      "in an environment without exec",
      { settings: {} },
      "Nobody can enter the tasks of dev: its entry in environments.ts does not set exec.",
      "Set exec: true there, then npx platform deploy dev",
    ],
    [
      "without a terminal, on AWS",
      { isTTY: false },
      "npx platform exec needs a terminal, and its input is none",
      "npx platform run dev web -- COMMAND",
    ],
    [
      "without a terminal, on the local AWS just so",
      { isTTY: false, env: LOCAL },
      "npx platform exec needs a terminal, and its input is none",
      "npx platform run dev web -- COMMAND",
    ],
    [
      "in one that says no",
      { settings: { exec: false } },
      "Nobody can enter the tasks of dev",
      "npx platform run starts a task of its own",
    ],
    [
      "for a job",
      { service: "sum", spec: { schedule: { everyMinutes: 60 }, size } },
      "sum is a job, whose tasks nobody can enter",
      "npx platform run dev sum",
    ],
    [
      "for a container of the platform's own",
      { container: "health" },
      'web has no container "health" that can be entered.',
      "It has web, otel.",
    ],
  ])("%s", async (_, changes, message, fix) => {
    const { done, calls } = entered(changes);
    const refused = await done.catch((error: unknown) => error);
    expect(refused).toMatchObject({ name: "Refusal", fix: expect.stringContaining(fix) });
    expect(String(refused)).toContain(message);
    expect([calls, happened]).toEqual([[], []]);
  });
});

test.each(["ClusterNotFoundException", "ServiceNotFoundException"])(
  "%s means that the service is not deployed",
  async (name) => {
    const answers = {
      ListTasks: () => {
        throw awsError(name);
      },
    };
    await expect(entered({ answers }).done).rejects.toThrow("web is not deployed in dev");
  },
);

test("a denied list of tasks names the policies", async () => {
  const answers = {
    ListTasks: () => {
      throw awsError("AccessDeniedException");
    },
  };
  await expect(entered({ answers }).done).rejects.toThrow(/ecs:ListTasks[^]*docs\/operating.md/);
});

describe("a task of a revision from before exec, to which the service was rolled back", () => {
  const readOnly = definedAs({ name: "web", readonlyRootFilesystem: true });

  test("is not entered: a restart would not help, and a deployment does", async () => {
    const refused = await entered({ answers: readOnly }).done.catch((error: unknown) => error);
    expect(refused).toMatchObject({ name: "Refusal", fix: "npx platform deploy dev" });
    expect(String(refused)).toContain(
      "runs platform-web-dev:7, a revision from before dev had exec",
    );
    expect(happened).toEqual(["plugin asked for"]);
  });

  test("is recognised before its stopped agent is", async () => {
    const agent = { name: "ExecuteCommandAgent", lastStatus: "STOPPED" };
    const [web] = TASK.containers;
    const task = { ...TASK, containers: [{ ...web, managedAgents: [agent] }] };
    const DescribeTasks = () => ({ tasks: [task] });
    const before = entered({ answers: { ...readOnly, DescribeTasks } }).done;
    await expect(before).rejects.toThrow("from before dev had exec");
    await expect(entered({ answers: { DescribeTasks } }).done).rejects.toThrow("has stopped");
  });

  test("is ECS's to refuse where the caller may not read the revision", async () => {
    const DescribeTaskDefinition = () => {
      throw awsError("AccessDeniedException");
    };
    await entered({ answers: { DescribeTaskDefinition } }).done;
    expect(happened).toContain("session opened");
  });
});
