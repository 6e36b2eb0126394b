import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeEach, describe, expect, test, vi } from "vitest";
import {
  type Approval,
  type StateVersion,
  configurationDigest,
  environmentOf,
} from "../../../../operations/approval/approval";
import {
  applyApproved,
  applyFarewell,
  approvalPhase,
} from "../../../../operations/approval/apply-approved";
import { changesIn } from "../../../../operations/approval/approved-change";
import * as planning from "../../../../operations/plan/plan-stack";
import * as stacks from "../../../../operations/terraform/terraform-stack";
import {
  STACKS,
  StackFailure,
  type StackName,
} from "../../../../operations/terraform/terraform-stack";
import { readConfig } from "../../../../project";
import { forgetSteps, record, steps } from "../../../support/steps";
import { targetOf } from "../../../support/target";

const synthFolder = mkdtempSync(path.join(tmpdir(), "approved-"));
afterAll(() => {
  rmSync(synthFolder, { recursive: true });
});

const { config } = readConfig({ PLATFORM_SUFFIX: "prod" });
const options = { ...targetOf(), report: () => undefined, synthFolder };
const AGAIN = "→ plan it again, and approve that: npx platform plan prod --out FOLDER";

/** A change as `terraform show -json` prints it. */
const change = (address: string, action: string, after: object = {}) => ({
  address,
  mode: "managed",
  change: { actions: [action], before: {}, after },
});
const web = change("aws_ecr_repository.web", "create", { name: "web" });
const image = change("docker_image.web", "create", { name: "web:1" });

/** What Terraform plans for each stack now, and the state that it has. */
let planned: Partial<Record<StackName, readonly object[]>>;
let states: Partial<Record<StackName, StateVersion>>;

beforeEach(() => {
  forgetSteps();
  planned = { registry: [web], images: [image] };
  states = {};
  STACKS.forEach((stack) => {
    synthesize(stack, "approved");
  });
  vi.spyOn(planning, "withPlan").mockImplementation(async (stack, _, use) => {
    record(`plan ${stack}`);
    return await use({ resource_changes: planned[stack] ?? [] }, `${stack}.tfplan`);
  });
  vi.spyOn(stacks, "applyStack").mockImplementation((stack, { planFile }) => {
    record(`apply ${planFile ?? "anything"} to ${stack}`);
    return Promise.resolve({ add: 1, change: 0, remove: 0 });
  });
  vi.spyOn(stacks, "readState").mockImplementation((stack) => Promise.resolve(states[stack]));
});

function synthesize(stack: StackName, sources: string): void {
  const folder = path.join(synthFolder, "stacks", stack);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, "cdk.tf.json"), JSON.stringify({ locals: { sources } }));
}

/** What is planned at this moment, from the states of this moment, is approved. */
function approve(rest: Partial<Approval> = {}): Approval {
  const approved = (stack: StackName) => ({
    configuration: configurationDigest(stack, synthFolder),
    ...(states[stack] && { state: states[stack] }),
    changes: changesIn({ resource_changes: planned[stack] ?? [] }),
  });
  return {
    format: 1,
    environment: environmentOf(config),
    madeAt: "2026-11-29T10:00:00Z",
    leaving: [],
    farewell: [],
    stacks: {
      registry: approved("registry"),
      images: approved("images"),
      platform: approved("platform"),
    },
    ...rest,
  };
}

describe("an approved stack", () => {
  test("is planned once more, and that very plan is applied", async () => {
    const apply = applyApproved(approve(), "prod");
    expect(await apply("registry", options)).toEqual({ add: 1, change: 0, remove: 0 });
    expect(await apply("images", options)).toEqual({ add: 1, change: 0, remove: 0 });
    expect(steps).toEqual([
      "plan registry",
      "apply registry.tfplan to registry",
      "plan images",
      "apply images.tfplan to images",
    ]);
    expect(stacks.applyStack).toHaveBeenLastCalledWith("images", {
      ...options,
      planFile: "images.tfplan",
    });
  });

  test.each([
    [{ trustState: true }, true],
    [{ trustState: false }, false],
    [{}, false],
  ])(
    "is planned as it would be applied, and no error of its plan is expected: %j",
    async (given, trustState) => {
      await applyApproved(approve(), "prod")("images", { ...options, ...given });
      const [, seen] = vi.mocked(planning.withPlan).mock.lastCall ?? [];
      expect(seen).toMatchObject({ ...options, trustState });
      expect(seen?.foreseen("Unable to find remote state")).toBe(false);
    },
  );

  test("is not applied if its plan is another one, and every difference is named", async () => {
    const approval = approve();
    planned = { registry: [change("aws_ecr_repository.api", "create")] };
    await expect(applyApproved(approval, "prod")("registry", options)).rejects.toThrow(
      [
        "registry was not applied, because its plan is not the approved one:",
        "✖ aws_ecr_repository.api: create was not approved",
        "✖ aws_ecr_repository.web: create was approved, and is not planned any more",
        AGAIN,
      ].join("\n"),
    );
    expect(steps).toEqual(["plan registry"]);
  });

  test("gets no change that was approved for another one", async () => {
    const approval = approve();
    planned = { platform: [web] };
    await expect(applyApproved(approval, "prod")("platform", options)).rejects.toThrow(
      "aws_ecr_repository.web: create was not approved",
    );
    expect(steps).toEqual(["plan platform"]);
  });

  test("that fails does so with Terraform's errors", async () => {
    const failure = new StackFailure("images", ["no such image"]);
    vi.mocked(stacks.applyStack).mockRejectedValue(failure);
    await expect(applyApproved(approve(), "prod")("images", options)).rejects.toBe(failure);
  });
});

describe("the last step of a removal", () => {
  const old = change("aws_ecr_repository.old", "delete");
  const other = change("aws_ecr_repository.other", "delete");
  const farewell = [old.address];

  test("destroys the repositories that were approved", async () => {
    planned = { registry: [old] };
    await applyFarewell(approve({ farewell }), "prod")("registry", options);
    expect(steps).toEqual(["plan registry", "apply registry.tfplan to registry"]);
  });

  test("destroys nothing else, and does nothing else to them", async () => {
    planned = { registry: [old, other, { ...old, change: { actions: ["update"] } }] };
    await expect(applyFarewell(approve({ farewell }), "prod")("registry", options)).rejects.toThrow(
      [
        "registry was not applied, because its plan is not the approved one:",
        "✖ aws_ecr_repository.other: delete was not approved",
        "✖ aws_ecr_repository.old: update was not approved",
        AGAIN,
      ].join("\n"),
    );
    expect(steps).toEqual(["plan registry"]);
  });
});

describe("before the first stack, an approved plan", () => {
  const state = (serial: number, lineage = "a1") => ({ lineage, serial });

  /** What a deployment says of the approved plan before it changes anything. */
  async function check(approval: Approval, leaving: readonly string[] = []) {
    const { title, run } = approvalPhase(approval, config, options, leaving);
    expect(title).toBe("Approved plan");
    return await run(report);
  }
  const report = () => undefined;

  test("is accepted where nothing has moved, whether or not anything is deployed", async () => {
    expect(await check(approve())).toBe("of 2026-11-29T10:00:00Z");
    states = { registry: state(4), images: state(7) };
    expect(await check(approve({ leaving: ["old", "web"] }), ["old", "web"])).toBe(
      "of 2026-11-29T10:00:00Z",
    );
    const read = vi.mocked(stacks.readState).mock.calls.slice(-3);
    expect(read).toEqual(STACKS.map((stack) => [stack, { ...options, report }]));
  });

  test.each<[string, StateVersion | undefined, StateVersion | undefined, string]>([
    [
      "was applied since, if only to its first stack",
      state(4),
      state(5),
      "has moved: it was 4, and is 5",
    ],
    [
      "was made for a new environment, and is used already",
      undefined,
      state(1),
      "has moved: it was empty, and is 1",
    ],
    [
      "is of an environment that was destroyed",
      state(4),
      undefined,
      "has moved: it was 4, and is empty",
    ],
    [
      "is of another account, whose state is as old",
      state(4),
      state(4, "b2"),
      "is another one: its lineage was a1, and is b2",
    ],
  ])("is refused where it %s", async (_, then, now, moved) => {
    states = { ...(then && { registry: then }), images: state(7) };
    const approval = approve();
    states = { ...(now && { registry: now }), images: state(7) };
    await expect(check(approval)).rejects.toThrow(
      [
        "No stack was deployed, because the approved plan is out of date:",
        `✖ the state of registry ${moved}`,
        AGAIN,
      ].join("\n"),
    );
  });

  test.each([
    [["old"], "old"],
    [["old", "web"], "old, web"],
    [[], "none"],
  ])("is refused where other services leave than %j", async (leaving, words) => {
    const approval = approve({ leaving: ["another"] });
    await expect(check(approval, leaving)).rejects.toThrow(
      [
        "No stack was deployed, because the approved plan is out of date:",
        `✖ other services leave: ${words}`,
        AGAIN,
      ].join("\n"),
    );
  });

  test("is refused for other sources, and says at once what else has moved", async () => {
    const approval = approve();
    synthesize("images", "changed");
    states = { platform: state(9) };
    await expect(check(approval)).rejects.toThrow(
      [
        "No stack was deployed, because the approved plan is out of date:",
        "✖ the configuration of images is another one: sources, settings or catalogue differ, or a database password has become due since",
        "✖ the state of platform has moved: it was empty, and is 9",
        AGAIN,
      ].join("\n"),
    );
    expect(steps).toEqual([]);
  });
});
