import Docker from "dockerode";
import { beforeEach, describe, expect, test, vi } from "vitest";
import type { Approval } from "../../../../operations/approval/approval";
import { applyApproved, applyFarewell } from "../../../../operations/approval/apply-approved";
import { deployStacks } from "../../../../operations/deployment/deploy-stacks";
import { RolloutWatch } from "../../../../operations/deployment/rollout-watch";
import { createClients } from "../../../../operations/target/clients";
import type { Phase } from "../../../../operations/terminal/phases";
import { synthesize } from "../../../../operations/terraform/synthesis";
import {
  type ApplyOptions,
  StackFailure,
  type StackName,
  applyStack,
  readOutputs,
} from "../../../../operations/terraform/terraform-stack";
import { readConfig } from "../../../../project";
import type { Services } from "../../../../spec/service/spec";
import { environmentsWith } from "../../../support/environments";
import { fixture } from "../../../support/services";

/** What a deployment does, in its order. */
let steps: string[] = [];

const phase = vi.hoisted(() => (step: string, record: (step: string) => void): Phase => ({
  title: step,
  run: () => {
    record(step);
    return Promise.resolve(undefined);
  },
}));

const record = (step: string) => {
  steps.push(step);
};

vi.mock("../../../../operations/terraform/synthesis");
vi.mock("../../../../operations/terraform/terraform-stack", async (importOriginal) => ({
  ...(await importOriginal<object>()),
  applyStack: vi.fn(),
  readOutputs: vi.fn(),
}));
vi.mock("../../../../operations/approval/apply-approved", () => ({
  applyApproved: vi.fn(),
  applyFarewell: vi.fn(),
  approvalPhase: (_: unknown, __: unknown, ___: unknown, leaving: readonly string[]) =>
    phase(`approval, ${leaving.join()} leaving`, record),
}));
vi.mock("../../../../operations/checks/phase", () => ({
  requireStatePlace: () => {
    record("state place");
    return Promise.resolve();
  },
  preflightPhase: () => phase("preflight", record),
}));
vi.mock("../../../../operations/restoration/discard", () => ({
  requireNoOpenRestore: () => {
    record("no open restore");
    return Promise.resolve();
  },
}));
vi.mock("../../../../operations/environments/expiry", () => ({
  prolong: () => {
    record("expiry");
    return Promise.resolve("tomorrow");
  },
}));
vi.mock("../../../../operations/images/images-phase", () => ({
  imagesPhase: (target: object, apply: typeof applyStack): Phase => ({
    title: "images",
    run: async (report) => {
      // Of the target only what Terraform takes.
      await apply("images", { ...(target as ApplyOptions), report });
      return undefined;
    },
  }),
}));
vi.mock("../../../../operations/images/old-images", () => ({
  oldImagesPhase: () => phase("old images", record),
}));
vi.mock("../../../../operations/images/probes", () => ({
  stopProbes: () => {
    record("stop probes");
    return Promise.resolve();
  },
}));
vi.mock("../../../../operations/deployment/revisions", () => ({
  revisionsPhase: () => phase("revisions", record),
}));
vi.mock("../../../../operations/failures/failure", () => ({
  explainFailure: () => Promise.resolve(["explained"]),
}));

beforeEach(() => {
  steps = [];
  vi.resetAllMocks();
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, "write").mockReturnValue(true);
  }
  vi.mocked(synthesize).mockImplementation((environment) => {
    record(`synthesis, keeping ${environment["PLATFORM_KEPT_REPOSITORIES"] ?? "nothing"}`);
    return Promise.resolve();
  });
  vi.mocked(applyStack).mockImplementation(applying(""));
  vi.spyOn(RolloutWatch.prototype, "start").mockImplementation(() => {
    record("watch");
    return Promise.resolve();
  });
  vi.spyOn(RolloutWatch.prototype, "untilCompleted").mockImplementation(() => {
    record("rollout completed");
    return Promise.resolve();
  });
  vi.spyOn(RolloutWatch.prototype, "stop").mockImplementation(() => {
    record("watch ends");
  });
});

function applying(kind: string, failing?: StackFailure) {
  return async (stack: StackName, { watch }: ApplyOptions) => {
    record(`apply ${kind}${stack}${watch ? ", watched" : ""}`);
    if (failing?.stackName === stack) throw failing;
    return Promise.resolve({ add: 1, change: 0, remove: 0 });
  };
}

interface Deployed {
  readonly suffix?: string;
  readonly services?: Services;
  /** The services that have a repository. */
  readonly before?: readonly string[];
  readonly outputs?: Record<string, unknown>;
  readonly approval?: Approval;
  readonly protected?: boolean;
}

/** Deploys the services into an environment that has these repositories. */
async function deploy(given: Deployed = {}): Promise<string[]> {
  const { suffix = "dev", services = fixture, before = [], outputs = {}, approval } = given;
  const repositories = Object.fromEntries(before.map((name) => [name, `registry/${name}`]));
  vi.mocked(readOutputs).mockImplementation((stack) =>
    Promise.resolve(stack === "registry" ? { "repository-urls": repositories } : outputs),
  );
  const settings = given.protected ? ({ protected: true, plainHttp: true } as const) : {};
  const { config } = readConfig({ PLATFORM_SUFFIX: suffix }, environmentsWith(settings), services);
  const clientSettings = { region: config.region };
  const target = {
    config,
    services,
    clientSettings,
    clients: createClients(clientSettings),
    environment: {},
    terraform: "/nowhere/terraform",
    docker: new Docker({ socketPath: "/nowhere/docker.sock" }),
    signal: new AbortController().signal,
  };
  await deployStacks(target, approval);
  return steps;
}

const REST = [
  "apply images",
  "watch",
  "apply platform, watched",
  "rollout completed",
  "watch ends",
  "revisions",
];

describe("a deployment", () => {
  test("checks everything first, then applies repositories, images and tasks in this order", async () => {
    expect(await deploy()).toEqual([
      "state place",
      "preflight",
      "apply registry",
      ...REST,
      "old images",
    ]);
  });

  test("of an existing environment begins only while no restore is open", async () => {
    expect(await deploy({ before: Object.keys(fixture) })).toEqual([
      "state place",
      "preflight",
      "no open restore",
      "apply registry",
      ...REST,
      "old images",
    ]);
  });

  test("that takes a database from a protected service changes nothing", async () => {
    const { web } = fixture;
    const deployment = deploy({
      services: { web: { ...web, calls: [] } },
      before: ["web", "orders"],
      outputs: { databases: { orders: "orders" } },
      protected: true,
    });
    await expect(deployment).rejects.toThrow("orders would lose its database orders");
    expect(steps).toEqual(["state place", "preflight"]);
  });

  test("gives a preview its expiry before anything costs money", async () => {
    expect((await deploy({ suffix: "pr-7" })).slice(1, 5)).toEqual([
      "preflight",
      "apply registry",
      "expiry",
      "apply images",
    ]);
  });

  test("stops watching when the platform fails, and the probes too", async () => {
    const failure = new StackFailure("platform", ["web was rolled back"]);
    vi.mocked(applyStack).mockImplementation(applying("", failure));
    await expect(deploy()).rejects.toThrow("explained");
    expect(steps.slice(-3)).toEqual(["apply platform, watched", "watch ends", "stop probes"]);
  });

  test("that another run's lock stops leaves that run's probes alone", async () => {
    const failure = new StackFailure("images", ["Error acquiring the state lock"]);
    vi.mocked(applyStack).mockImplementation(applying("", failure));
    await expect(deploy()).rejects.toThrow("explained");
    expect(steps.at(-1)).toBe("apply images");
  });
});

describe("a service that leaves", () => {
  const before = [...Object.keys(fixture), "invoices", "sales"];

  test("keeps its repository until the platform no longer runs it, and loses it then", async () => {
    expect(await deploy({ before })).toEqual([
      "state place",
      "preflight",
      "no open restore",
      "synthesis, keeping invoices,sales",
      "apply registry",
      ...REST,
      "synthesis, keeping nothing",
      "apply registry",
      "old images",
    ]);
  });

  test("keeps its repository if the platform fails", async () => {
    const failure = new StackFailure("platform", ["web was rolled back"]);
    vi.mocked(applyStack).mockImplementation(applying("", failure));
    await expect(deploy({ before })).rejects.toThrow("explained");
    expect(steps.filter((step) => step === "apply registry")).toHaveLength(1);
    expect(steps).not.toContain("synthesis, keeping nothing");
  });

  test("leaves by an approved plan as somebody approved it, its last step too", async () => {
    vi.mocked(applyApproved).mockReturnValue(applying("approved "));
    vi.mocked(applyFarewell).mockReturnValue(applying("approved farewell of "));
    // Nothing here reads it.
    const approval = {} as Approval;
    expect(await deploy({ before, approval })).toEqual([
      "state place",
      "preflight",
      "no open restore",
      "synthesis, keeping invoices,sales",
      "approval, invoices,sales leaving",
      "apply approved registry",
      ...REST.map((step) => step.replace("apply ", "apply approved ")),
      "synthesis, keeping nothing",
      "apply approved farewell of registry",
      "old images",
    ]);
    expect(applyStack).not.toHaveBeenCalled();
  });
});
