import { READ_MINUTES } from "../../spec/limits";
import { missingInputs } from "../plan/missing-inputs";
import { withPlan } from "../plan/plan-stack";
import { readStackPlan } from "../plan/stack-plan";
import type { PlannedStack } from "../plan/deployment-plan";
import type { Planning } from "../terraform/planning";
import { readSynthesizedStack } from "../terraform/synthesized-stack";
import { record } from "../terraform/terraform-events";
import { readTerraform } from "../terraform/terraform-process";
import {
  STACKS,
  type StackName,
  type TerraformOptions,
  readState,
} from "../terraform/terraform-stack";
import { type ApprovedStack, configurationDigest, stateVersion } from "./approval";
import { changesIn } from "./approved-change";
import { UNKNOWN_INPUT, makeInputsUnknown } from "./unknown-inputs";

/** How to plan: where, and what of each stack in another way than usual. */
export interface ProposalOptions extends TerraformOptions {
  readonly synthFolder: string;
  readonly planningOf: (stack: StackName) => Promise<Planning>;
}

/** All three stacks, planned as far as they can be known before any of them is applied. */
export interface Proposal {
  readonly planned: readonly PlannedStack[];
  readonly stacks: Readonly<Record<StackName, ApprovedStack>>;
  /** Terraform's own words, stack by stack; sensitive values are masked. */
  readonly text: string;
  readonly deployed: Readonly<Record<string, unknown>>;
}

/**
 * Plans each stack completely: an output of an earlier stack that is missing, or that its plan changes, is
 * an unknown value for the later ones.
 */
export async function propose(options: ProposalOptions): Promise<Proposal> {
  const given = new Map<StackName, string[]>();
  const changing = new Set<string>();
  const planned: PlannedStack[] = [];
  const approved: [StackName, ApprovedStack][] = [];
  const texts: string[] = [];
  let deployed: Readonly<Record<string, unknown>> = {};
  for (const stack of STACKS) {
    options.report(`Planning ${stack}`);
    const synthesized = readSynthesizedStack(options.synthFolder, stack);
    const configuration = configurationDigest(stack, options.synthFolder);
    const missing = missingInputs(synthesized, given);
    const unknown = synthesized.inputs.filter(
      (input) => missing.includes(input) || changing.has(`${input.producer}.${input.output}`),
    );
    makeInputsUnknown(stack, unknown, options.synthFolder);
    const { json, text } = await planWhole(stack, options);
    const state = await readState(stack, options);
    const version = stateVersion(state);
    const outputs = record(record(state)["outputs"]);
    given.set(stack, Object.keys(outputs));
    if (stack === "platform") deployed = valuesOf(outputs);
    const plan = readStackPlan(json, synthesized);
    for (const { name } of plan.outputs) changing.add(`${stack}.${name}`);
    // Every resource is planned, so nothing waits for an input.
    const whole = { ...synthesized, inputs: [] };
    planned.push({
      ...plan,
      changes: plan.changes.filter(isReal),
      synthesized: whole,
      waitsFor: undefined,
    });
    approved.push([
      stack,
      { configuration, ...(version && { state: version }), changes: changesIn(json) },
    ]);
    texts.push(`Stack ${stack}\n\n${text.trim()}`);
  }
  // One entry for each of STACKS.
  const stacks = Object.fromEntries(approved) as Record<StackName, ApprovedStack>;
  return { planned, stacks, text: texts.join("\n\n"), deployed };
}

async function planWhole(stack: StackName, options: ProposalOptions) {
  const planning = { ...options, ...(await options.planningOf(stack)), foreseen: () => false };
  return await withPlan(stack, planning, async (json, file) => {
    const text = await readTerraform(stack, options, ["show", "-no-color", file], READ_MINUTES);
    return { json, text };
  });
}

function isReal({ address }: { readonly address: string }): boolean {
  return address !== UNKNOWN_INPUT;
}

function valuesOf(outputs: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(outputs).map(([name, output]) => [name, record(output)["value"]]),
  );
}
