import type { Config } from "../../spec/config";
import { withPlan } from "../plan/plan-stack";
import { Failure } from "../terminal/run";
import type { Phase } from "../terminal/phases";
import { USUAL } from "../terraform/planning";
import type { Changes } from "../terraform/terraform-events";
import {
  type ApplyOptions,
  STACKS,
  type StackName,
  type TerraformOptions,
  applyStack,
  readState,
} from "../terraform/terraform-stack";
import { SYNTH_FOLDER } from "../terraform/synthesis";
import { type Approval, type StateVersion, configurationDigest, stateVersion } from "./approval";
import { type ApprovedChange, changesIn } from "./approved-change";
import { differences } from "./differences";

/** Applies a stack: at once, or only what was approved. */
export type Apply = (stack: StackName, options: ApplyOptions) => Promise<Changes>;

/**
 * Plans a stack once more and applies that very plan if it is the approved one. What was unknown when it
 * was approved, because an earlier stack had not been applied, may have become known.
 *
 * @throws Failure that lists every difference; nothing of the stack is applied then
 */
export function applyApproved({ stacks }: Approval, suffix: string): Apply {
  return async (stack, options) =>
    await applyIf(stack, options, suffix, (planned) => differences(stacks[stack].changes, planned));
}

/** Applies the last step of a removal, which destroys the repositories of the services that left. */
export function applyFarewell({ farewell }: Approval, suffix: string): Apply {
  return async (stack, options) =>
    await applyIf(stack, options, suffix, (planned) =>
      planned
        .filter(({ address, action }) => action !== "delete" || !farewell.includes(address))
        .map(({ address, action }) => `${address}: ${action} was not approved`),
    );
}

async function applyIf(
  stack: StackName,
  options: ApplyOptions,
  suffix: string,
  differencesOf: (planned: readonly ApprovedChange[]) => readonly string[],
): Promise<Changes> {
  const planning = { ...USUAL, ...options, foreseen: () => false };
  return await withPlan(stack, planning, async (json, planFile) => {
    const found = differencesOf(changesIn(json));
    if (found.length > 0) {
      throw new Failure([
        `${stack} was not applied, because its plan is not the approved one:`,
        ...found.map((difference) => `✖ ${difference}`),
        again(suffix),
      ]);
    }
    return await applyStack(stack, { ...options, planFile });
  });
}

/** Checks before the first stack that nothing has moved since the plan was made. */
export function approvalPhase(
  approval: Approval,
  config: Config,
  options: Omit<TerraformOptions, "report">,
  leaving: readonly string[],
): Phase {
  return {
    title: "Approved plan",
    run: async (report) => {
      const moved = movedConfigurations(approval, options.synthFolder);
      for (const stack of STACKS) {
        const now = stateVersion(await readState(stack, { ...options, report }));
        moved.push(...movedState(stack, approval.stacks[stack].state, now));
      }
      if (leaving.join() !== approval.leaving.join()) {
        moved.push(`other services leave: ${leaving.join(", ") || "none"}`);
      }
      if (moved.length === 0) return `of ${approval.madeAt}`;
      throw new Failure([
        "No stack was deployed, because the approved plan is out of date:",
        ...moved.map((each) => `✖ ${each}`),
        again(config.suffix),
      ]);
    },
  };
}

function movedState(
  stack: StackName,
  then: StateVersion | undefined,
  now: StateVersion | undefined,
): string[] {
  if (then && now && then.lineage !== now.lineage) {
    return [
      `the state of ${stack} is another one: its lineage was ${then.lineage}, and is ${now.lineage}`,
    ];
  }
  return then?.serial === now?.serial
    ? []
    : [
        `the state of ${stack} has moved: it was ${then?.serial ?? "empty"}, and is ${now?.serial ?? "empty"}`,
      ];
}

function movedConfigurations({ stacks }: Approval, synthFolder = SYNTH_FOLDER): string[] {
  return STACKS.filter(
    (stack) => configurationDigest(stack, synthFolder) !== stacks[stack].configuration,
  ).map(
    (stack) =>
      `the configuration of ${stack} is another one: sources, settings or catalogue differ, or a database password has become due since`,
  );
}

function again(suffix: string): string {
  return `→ plan it again, and approve that: npx platform plan ${suffix} --out FOLDER`;
}
