import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeEach, expect, test, vi } from "vitest";
import { configurationDigest } from "../../../../operations/approval/approval";
import { changesIn } from "../../../../operations/approval/approved-change";
import { propose } from "../../../../operations/approval/proposal";
import { UNKNOWN_INPUT } from "../../../../operations/approval/unknown-inputs";
import * as planning from "../../../../operations/plan/plan-stack";
import * as processes from "../../../../operations/terraform/terraform-process";
import * as stacks from "../../../../operations/terraform/terraform-stack";
import {
  STACKS,
  StackFailure,
  type StackName,
} from "../../../../operations/terraform/terraform-stack";
import { READ_MINUTES } from "../../../../spec/limits";
import { forgetSteps, record, steps } from "../../../support/steps";
import { targetOf } from "../../../support/target";

const synthFolder = mkdtempSync(path.join(tmpdir(), "proposal-"));
afterAll(() => {
  rmSync(synthFolder, { recursive: true });
});

const options = {
  ...targetOf(),
  report: record,
  synthFolder,
  planningOf: (stack: StackName) =>
    Promise.resolve({ trustState: stack === "images", replace: [] }),
};
const fileOf = (stack: StackName) => path.join(synthFolder, "stacks", stack, "cdk.tf.json");

/** A reference to an output of an earlier stack, as cdktf writes it. */
const input = (stack: StackName, output: string) =>
  `\${data.terraform_remote_state.cross-stack-reference-input-${stack}.outputs.${output}}`;
const RESOURCES = {
  registry: { aws_ecr_repository: { web: { name: "web" } } },
  images: { docker_image: { web: { name: input("registry", "url") } } },
  platform: {
    aws_ecs_task_definition: { web: { image: input("images", "digest") } },
    aws_ssm_parameter: { web: { value: input("registry", "url") } },
  },
};

/** What Terraform plans for each stack, and the state that it has. */
let plans: Partial<Record<StackName, object>>;
let states: Partial<Record<StackName, object>>;
const stateWith = (serial: number, outputs: object) => ({ lineage: "a1", serial, outputs });

beforeEach(() => {
  forgetSteps();
  plans = {};
  states = {
    registry: stateWith(4, { url: { value: "ecr/web" } }),
    images: stateWith(7, { digest: { value: "sha256:1" } }),
    platform: stateWith(9, {
      url: { value: "http://lb" },
      secret: { value: "x", sensitive: true },
    }),
  };
  for (const stack of STACKS) {
    mkdirSync(path.dirname(fileOf(stack)), { recursive: true });
    writeFileSync(fileOf(stack), JSON.stringify({ resource: RESOURCES[stack] }));
  }
  vi.spyOn(planning, "withPlan").mockImplementation(async (stack, _, use) => {
    record(`${stack}, where these are unknown: ${unknownOf(stack).join()}`);
    return await use(plans[stack] ?? {}, `${stack}.tfplan`);
  });
  vi.spyOn(processes, "readTerraform").mockImplementation((stack) =>
    Promise.resolve(`\n${stack} in Terraform's words\n`),
  );
  vi.spyOn(stacks, "readState").mockImplementation((stack) => Promise.resolve(states[stack]));
});

/** The types of resources for which an input of the stack has become unknown. */
function unknownOf(stack: StackName): string[] {
  // The format of `RESOURCES`.
  const { resource } = JSON.parse(readFileSync(fileOf(stack), "utf8")) as { resource: object };
  return Object.entries(resource)
    .filter(([, block]) => JSON.stringify(block).includes(`\${${UNKNOWN_INPUT}.id}`))
    .map(([type]) => type);
}

test("the stacks of an unchanged environment are planned in the order of deployment, as they are", async () => {
  await propose(options);
  for (const stack of STACKS) {
    expect(JSON.parse(readFileSync(fileOf(stack), "utf8"))).toEqual({ resource: RESOURCES[stack] });
  }
  expect(steps).toEqual([
    "Planning registry",
    "registry, where these are unknown: ",
    "Planning images",
    "images, where these are unknown: ",
    "Planning platform",
    "platform, where these are unknown: ",
  ]);
});

test("of an environment that does not exist, every input is unknown, and nothing is left unplanned", async () => {
  states = {};
  const { planned, stacks: approved, deployed } = await propose(options);
  expect(steps.filter((step) => step.includes("unknown"))).toEqual([
    "registry, where these are unknown: ",
    "images, where these are unknown: docker_image",
    "platform, where these are unknown: aws_ecs_task_definition,aws_ssm_parameter",
  ]);
  expect(planned.map(({ waitsFor }) => waitsFor)).toEqual([undefined, undefined, undefined]);
  expect(Object.values(approved).map(({ state }) => state)).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect(deployed).toEqual({});
});

test("an output that an earlier plan changes is unknown, and the others keep their values", async () => {
  plans = { images: { output_changes: { digest: { actions: ["update"] } } } };
  await propose(options);
  expect(steps.at(-1)).toBe("platform, where these are unknown: aws_ecs_task_definition");
});

test("a stack is approved as it is deployed, with its state and without what was only planned", async () => {
  const digests = STACKS.map((stack) => configurationDigest(stack, synthFolder));
  const task = { address: "aws_ecs_task_definition.web", mode: "managed" };
  const aid = { address: UNKNOWN_INPUT, mode: "managed", change: { actions: ["create"] } };
  const change = { actions: ["create"], before: null, after: { family: "web" } };
  plans = {
    registry: { output_changes: { url: { actions: ["update"] } } },
    platform: { resource_changes: [{ ...task, change }, aid] },
  };
  const { planned, stacks: approved, deployed } = await propose(options);
  expect(approved).toEqual({
    registry: { configuration: digests[0], state: { lineage: "a1", serial: 4 }, changes: [] },
    images: { configuration: digests[1], state: { lineage: "a1", serial: 7 }, changes: [] },
    platform: {
      configuration: digests[2],
      state: { lineage: "a1", serial: 9 },
      changes: changesIn(plans.platform),
    },
  });
  expect(
    planned.map(({ stack, changes }) => [stack, changes.map(({ address }) => address)]),
  ).toEqual([
    ["registry", []],
    ["images", []],
    ["platform", [task.address]],
  ]);
  expect(planned.map(({ synthesized }) => synthesized.inputs)).toEqual([[], [], []]);
  expect([...(planned[2]?.synthesized.resources.keys() ?? [])]).toEqual([
    "aws_ecs_task_definition.web",
    "aws_ssm_parameter.web",
  ]);
  expect(deployed).toEqual({ url: "http://lb", secret: "x" });
});

test("a person reads Terraform's own words of each plan", async () => {
  const { text } = await propose(options);
  expect(text).toBe(
    STACKS.map((stack) => `Stack ${stack}\n\n${stack} in Terraform's words`).join("\n\n"),
  );
  const shown = STACKS.map((stack) => [
    stack,
    options,
    ["show", "-no-color", `${stack}.tfplan`],
    READ_MINUTES,
  ]);
  expect(vi.mocked(processes.readTerraform).mock.calls).toEqual(shown);
});

test("no error of a plan is expected, and only a stack that trusts its state is not refreshed", async () => {
  await propose(options);
  const given = vi.mocked(planning.withPlan).mock.calls.map(([, planned]) => planned);
  expect(given.map(({ trustState }) => trustState)).toEqual([false, true, false]);
  expect(given.map(({ terraform }) => terraform)).toEqual(STACKS.map(() => options.terraform));
  const foreseen = given.map((options) => options.foreseen("Unable to find remote state"));
  expect(foreseen).toEqual([false, false, false]);
});

test("nothing is proposed if one stack cannot be planned", async () => {
  const failure = new StackFailure("images", ["no such image"]);
  vi.mocked(planning.withPlan).mockImplementation(async (stack, _, use) => {
    if (stack === "images") throw failure;
    return await use({}, `${stack}.tfplan`);
  });
  await expect(propose(options)).rejects.toBe(failure);
  expect(steps).toEqual(["Planning registry", "Planning images"]);
});
