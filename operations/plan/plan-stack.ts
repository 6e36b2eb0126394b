import { existsSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { PLAN_MINUTES, QUEUE_SECONDS, READ_MINUTES } from "../../spec/limits";
import { type Diagnostic, describeDiagnostic, ownError } from "../terraform/diagnostic";
import { type Planning, USUAL, planningOptions } from "../terraform/planning";
import { StackProgress } from "../terraform/stack-progress";
import { follow } from "../terraform/terraform-output";
import {
  StackFailure,
  type StackName,
  type TerraformOptions,
  initialize,
  isInCloud,
  readTerraform,
  spawnTerraform,
  stackFolder,
} from "../terraform/terraform-process";

/** A plan holds secrets, so the file exists only until Terraform has read it back. */
const PLAN_FILE = "secret-until-deleted.tfplan";

/** Options for planning a stack. */
export interface PlanOptions extends TerraformOptions, Partial<Planning> {
  /** Whether the plan is expected to report this error. */
  readonly foreseen: (error: string) => boolean;
}

/**
 * Plans one synthesized stack and applies nothing. With foreseen errors, the plan covers the resources
 * that do not depend on them.
 *
 * @returns the output of `terraform show -json` for the plan
 */
export async function planStack(stack: StackName, options: PlanOptions): Promise<unknown> {
  return await withPlan(stack, options, (json) => Promise.resolve(json));
}

/**
 * Plans one synthesized stack, and keeps the plan's file while it is used.
 *
 * @param use gets the output of `terraform show -json`, and the file's name in the stack's folder
 */
export async function withPlan<T>(
  stack: StackName,
  options: PlanOptions,
  use: (json: unknown, file: string) => Promise<T>,
): Promise<T> {
  const file = path.join(stackFolder(stack, options.synthFolder), PLAN_FILE);
  rmSync(file, { force: true });
  try {
    return await use(await planInto(file, stack, options), PLAN_FILE);
  } finally {
    rmSync(file, { force: true });
  }
}

async function planInto(file: string, stack: StackName, options: PlanOptions): Promise<unknown> {
  const limit = AbortSignal.timeout(PLAN_MINUTES * 60_000);
  const limited = { ...options, signal: AbortSignal.any([options.signal, limit]) };
  try {
    await initialize(stack, limited);
    const errors = await runPlan(stack, limited);
    // A remote plan that is stopped exits with 0.
    limited.signal.throwIfAborted();
    if (!errors.map(describeDiagnostic).every(options.foreseen))
      throw new StackFailure(stack, errors, options);
    if (errors.length > 0 && isInCloud(stack, limited) && !isArchive(file)) {
      return await planOfState(stack, limited);
    }
    if (!existsSync(file)) {
      const missing = errors.length > 0 ? errors : ["Terraform wrote no plan"];
      throw new StackFailure(stack, missing, options);
    }
    return await show(stack, limited, PLAN_FILE);
  } catch (error) {
    options.signal.throwIfAborted();
    if (!limit.aborted) throw error;
    throw new StackFailure(stack, [`the plan took longer than ${PLAN_MINUTES} minutes`], options);
  }
}

/** A local plan is a zip archive; a remote run leaves a reference or nothing. */
function isArchive(file: string): boolean {
  return existsSync(file) && readFileSync(file).subarray(0, 2).toString() === "PK";
}

/** HCP Terraform keeps no plan with errors, so only the stack's existing resources are known. */
async function planOfState(stack: StackName, options: TerraformOptions): Promise<unknown> {
  return { errored: true, prior_state: await show(stack, options) };
}

/** The state as JSON, or a plan, which of a remote run is read from HCP Terraform. */
async function show(
  stack: StackName,
  options: TerraformOptions,
  ...plan: readonly string[]
): Promise<unknown> {
  return JSON.parse(
    await readTerraform(stack, options, ["show", "-json", "-no-color", ...plan], READ_MINUTES),
  );
}

/** Writes the plan file and returns Terraform's errors. */
async function runPlan(stack: StackName, options: PlanOptions): Promise<readonly Diagnostic[]> {
  const progress = new StackProgress();
  const stop = new AbortController();
  const child = spawnTerraform(stack, { ...options, stop: stop.signal }, [
    "plan",
    "-json",
    "-input=false",
    `-out=${PLAN_FILE}`,
    // Nothing is written, so plans and deployments need not wait for each other.
    "-lock=false",
    ...planningOptions({ ...USUAL, ...options }),
  ]);
  const errors = await follow(child, {
    inCloud: isInCloud(stack, options),
    progress,
    onEvent: (event) => {
      if (event.type !== "waiting") return;
      options.report(event.text);
      if (isStuck(progress, Date.now())) stop.abort();
    },
  });
  if (!stop.signal.aborted) return errors;
  const { run = "HCP Terraform", lastWords } = progress;
  return [
    ownError(
      `the remote run (${run}) did not start within ${QUEUE_SECONDS} s. Terraform said last:\n${lastWords.join("\n")}`,
    ),
  ];
}

/**
 * Whether a run that says at this moment that it waits has waited too long; one that has started may say
 * nothing for longer. `-lock=false` turns off Terraform's own limit for the queue, which is its lock timeout.
 * Neither that nor an interrupt cancels a remote plan: it stays in the queue, and changes nothing.
 */
function isStuck({ waiting }: StackProgress, now: number): boolean {
  return waiting !== undefined && now - waiting.since > QUEUE_SECONDS * 1000;
}
