import { beforeEach, describe, expect, test, vi } from "vitest";
import type { Approval } from "../../../../operations/approval/approval";
import * as approved from "../../../../operations/approval/apply-approved";
import * as checks from "../../../../operations/checks/phase";
import { deployStacks } from "../../../../operations/deployment/deploy-stacks";
import { type Leaving, LeavingRuns } from "../../../../operations/deployment/leaving-runs";
import * as revisions from "../../../../operations/deployment/revisions";
import { RolloutWatch } from "../../../../operations/deployment/rollout-watch";
import * as expiry from "../../../../operations/environments/expiry";
import * as failures from "../../../../operations/failures/failure";
import * as inUse from "../../../../operations/images/images-in-use-phase";
import * as images from "../../../../operations/images/images-phase";
import * as oldImages from "../../../../operations/images/old-images";
import * as probes from "../../../../operations/images/probes";
import * as discard from "../../../../operations/restoration/discard";
import * as phases from "../../../../operations/terminal/phases";
import * as synthesis from "../../../../operations/terraform/synthesis";
import * as stacks from "../../../../operations/terraform/terraform-stack";
import { type ApplyOptions, StackFailure } from "../../../../operations/terraform/terraform-stack";
import { readConfig } from "../../../../project";
import * as keptStores from "../../../../operations/deployment/kept-stores";
import type { Services } from "../../../../spec/service/spec";
import { hearLines } from "../../../support/command";
import { environmentsWith } from "../../../support/environments";
import { fixture } from "../../../support/services";
import { forgetSteps, phase, record, recording, steps } from "../../../support/steps";
import { targetOf } from "../../../support/target";

const TERRAFORM = targetOf().terraform;

/** What may still run while the platform is deployed. */
const stoppedWhile: Leaving[] = [];

beforeEach(() => {
  forgetSteps();
  stoppedWhile.length = 0;
  vi.spyOn(LeavingRuns.prototype, "during").mockImplementation(async function (
    this: LeavingRuns,
    work,
  ) {
    stoppedWhile.push(this.leaving);
    return await work();
  });
  vi.spyOn(phases, "runPhases");
  hearLines();
  vi.spyOn(checks, "requireStatePlace").mockImplementation(recording("state place"));
  vi.spyOn(checks, "preflightPhase").mockImplementation(() => phase("preflight"));
  vi.spyOn(discard, "requireNoOpenRestore").mockImplementation(recording("no open restore"));
  vi.spyOn(synthesis, "synthesize").mockImplementation(({ environment }) => {
    record(`synthesis, keeping ${environment["PLATFORM_KEPT_REPOSITORIES"] ?? "nothing"}`);
    return Promise.resolve();
  });
  vi.spyOn(approved, "approvalPhase").mockImplementation((_, __, ___, leaving) =>
    phase(`approval, ${leaving.join()} leaving`),
  );
  vi.spyOn(stacks, "applyStack").mockImplementation(applying(""));
  vi.spyOn(expiry, "prolong").mockImplementation(() => {
    record("expiry");
    return Promise.resolve("tomorrow");
  });
  vi.spyOn(images, "imagesPhase").mockImplementation((target, apply) => ({
    title: "images",
    run: async (report) => {
      await apply("images", { ...target, report });
      return undefined;
    },
  }));
  vi.spyOn(inUse, "imagesInUsePhase").mockImplementation(() => phase("images in use"));
  vi.spyOn(RolloutWatch.prototype, "start").mockImplementation(recording("watch"));
  vi.spyOn(RolloutWatch.prototype, "untilCompleted").mockImplementation(
    recording("rollout completed"),
  );
  vi.spyOn(RolloutWatch.prototype, "stop").mockImplementation(() => {
    record("watch ends");
  });
  vi.spyOn(probes, "stopProbes").mockImplementation(recording("stop probes"));
  vi.spyOn(revisions, "revisionsPhase").mockImplementation(() => phase("revisions"));
  vi.spyOn(oldImages, "oldImagesPhase").mockImplementation(() => phase("old images"));
  vi.spyOn(failures, "explainFailure").mockResolvedValue(["explained"]);
});

function applying(kind: string, failing?: StackFailure) {
  return async (stack: stacks.StackName, { terraform, watch }: ApplyOptions) => {
    expect(terraform).toBe(TERRAFORM);
    record(`apply ${kind}${stack}${watch ? ", watched" : ""}`);
    if (failing?.stackName === stack) throw failing;
    return Promise.resolve({ add: 1, change: 0, remove: 0 });
  };
}

/** The phases that have ended, with their outcomes. */
function said(): string[] {
  const runs = vi.mocked(phases.runPhases).mock.settledResults;
  const results = runs.flatMap((run) => (run.type === "fulfilled" ? run.value : []));
  return results.map(({ title, outcome }) => `${title}: ${outcome}`);
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
  vi.spyOn(stacks, "readOutputs").mockImplementation((stack, { terraform }) => {
    expect(terraform).toBe(TERRAFORM);
    const put = { registry: { "repository-urls": repositories }, images: {}, platform: outputs };
    return Promise.resolve(put[stack]);
  });
  const settings = given.protected ? ({ protected: true, plainHttp: true } as const) : {};
  const { config } = readConfig({ PLATFORM_SUFFIX: suffix }, environmentsWith(settings), services);
  await deployStacks(targetOf({ config, services }), approval);
  return steps;
}

const CHANGES = "1 to add, 0 to change, 0 to destroy";

const REST = [
  "images in use",
  "apply images",
  "watch",
  "apply platform, watched",
  "rollout completed",
  "watch ends",
  "images in use",
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

  test("compares the account with the one that the repositories are in", async () => {
    await deploy({ before: ["web"] });
    const [context] = vi.mocked(checks.preflightPhase).mock.lastCall ?? [];
    expect(context?.()).toMatchObject({
      terraform: TERRAFORM,
      deployedRepositories: { web: "registry/web" },
    });
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

  test("that would lose messages or objects of a protected environment changes nothing", async () => {
    const outputs = { "bucket-names": { uploads: "platform-uploads-1-use1-dev" } };
    vi.spyOn(keptStores, "requireEmptyStores").mockImplementation((given, { config }) => {
      expect(given).toBe(outputs);
      return Promise.reject(new Error(`${config.suffix} would lose uploads`));
    });
    const deployment = deploy({ before: ["web", "orders"], outputs, protected: true });
    await expect(deployment).rejects.toThrow("dev would lose uploads");
    expect(steps).toEqual(["state place", "preflight"]);
  });

  test("gives a preview its expiry before anything costs money", async () => {
    expect((await deploy({ suffix: "pr-7" })).slice(1, 5)).toEqual([
      "preflight",
      "apply registry",
      "expiry",
      "images in use",
    ]);
    expect(said()).toEqual([
      "Deployed so far: 0 repositories",
      "preflight: ",
      `Stack registry: ${CHANGES}`,
      "Expiry: tomorrow",
      "images in use: ",
      "images: ",
      `Stack platform: ${CHANGES}`,
      "images in use: ",
      "revisions: ",
      "old images: ",
    ]);
  });

  test("stops watching when the platform fails, and the probes too", async () => {
    const failure = new StackFailure("platform", ["web was rolled back"]);
    vi.mocked(stacks.applyStack).mockImplementation(applying("", failure));
    await expect(deploy()).rejects.toThrow("explained");
    expect(steps.slice(-3)).toEqual(["apply platform, watched", "watch ends", "stop probes"]);
  });

  test("that another run's lock stops leaves that run's probes alone", async () => {
    const failure = new StackFailure("images", ["Error acquiring the state lock"]);
    vi.mocked(stacks.applyStack).mockImplementation(applying("", failure));
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
    expect(said()).toEqual(
      expect.arrayContaining([
        "Deployed so far: invoices, sales will be removed from platform, then images, then registry",
        `Stack registry without invoices, sales: ${CHANGES}`,
      ]),
    );
  });

  test("keeps its repository if the platform fails", async () => {
    const failure = new StackFailure("platform", ["web was rolled back"]);
    vi.mocked(stacks.applyStack).mockImplementation(applying("", failure));
    await expect(deploy({ before })).rejects.toThrow("explained");
    expect(steps.filter((step) => step === "apply registry")).toHaveLength(1);
    expect(steps).not.toContain("synthesis, keeping nothing");
  });

  test("leaves by an approved plan as somebody approved it, its last step too", async () => {
    vi.spyOn(approved, "applyApproved").mockReturnValue(applying("approved "));
    vi.spyOn(approved, "applyFarewell").mockReturnValue(applying("approved farewell of "));
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
    expect(stacks.applyStack).not.toHaveBeenCalled();
  });
});

test("while the platform is applied, what leaves it is stopped, and of what is no job any more its runs", async () => {
  const nightly = { size: { cpu: 256, memory: 512 }, schedule: { everyMinutes: 60 } } as const;
  const { web, orders } = fixture;
  await deploy({ services: { web, orders, nightly }, before: ["web", "nightly", "invoices"] });
  expect(stoppedWhile).toEqual([{ services: ["invoices"], formerJobs: ["web"] }]);
});
