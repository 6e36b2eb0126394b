import { existsSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { PLAN_MINUTES, QUEUE_SECONDS } from "../../spec/limits";
import { type Diagnostic, describeDiagnostic, ownError } from "../terraform/diagnostic";
import { eventReader } from "../terraform/remote-run";
import { StackProgress } from "../terraform/stack-progress";
import {
  StackFailure,
  type StackName,
  type TerraformOptions,
  endOf,
  initialize,
  isInCloud,
  spawnTerraform,
  stackFolder,
} from "../terraform/terraform-process";

/** A plan holds secrets, so the file exists only until Terraform has read it back. */
const PLAN_FILE = "secret-until-deleted.tfplan";

/** Options for planning a stack. */
export interface PlanOptions extends TerraformOptions {
  /** Whether the plan is expected to report this error. */
  readonly foreseen: (error: string) => boolean;
  /** Plans from the state without refreshing each resource. */
  readonly trustState: boolean;
}

/**
 * Plans one synthesized stack and applies nothing. With foreseen errors, the plan covers the resources
 * that do not depend on them.
 *
 * @returns the output of `terraform show -json` for the plan
 */
export async function planStack(stack: StackName, options: PlanOptions): Promise<unknown> {
  const limit = AbortSignal.timeout(PLAN_MINUTES * 60_000);
  const limited = { ...options, signal: AbortSignal.any([options.signal, limit]) };
  const file = path.join(stackFolder(stack, options.synthFolder), PLAN_FILE);
  rmSync(file, { force: true });
  try {
    await initialize(stack, limited);
    const errors = await runPlan(stack, limited);
    if (!errors.map(describeDiagnostic).every(options.foreseen))
      throw new StackFailure(stack, errors);
    if (errors.length > 0 && isInCloud(stack, limited) && !isArchive(file)) {
      return await planOfState(stack, limited);
    }
    if (!existsSync(file)) throw new StackFailure(stack, errors);
    const { stdout } = await spawnTerraform(stack, limited, ["show", "-json", PLAN_FILE]);
    return JSON.parse(stdout);
  } catch (error) {
    options.signal.throwIfAborted();
    if (!limit.aborted) throw error;
    throw new StackFailure(stack, [`the plan took longer than ${PLAN_MINUTES} minutes`]);
  } finally {
    rmSync(file, { force: true });
  }
}

/** A local plan is a zip archive; a remote run leaves a reference or nothing. */
function isArchive(file: string): boolean {
  return existsSync(file) && readFileSync(file).subarray(0, 2).toString() === "PK";
}

/** HCP Terraform keeps no plan with errors, so only the stack's existing resources are known. */
async function planOfState(stack: StackName, options: TerraformOptions): Promise<unknown> {
  const { stdout } = await spawnTerraform(stack, options, ["show", "-json"]);
  return { errored: true, prior_state: JSON.parse(stdout) as unknown };
}

/** Writes the plan file and returns Terraform's errors. */
async function runPlan(stack: StackName, options: PlanOptions): Promise<readonly Diagnostic[]> {
  const progress = new StackProgress();
  const inCloud = isInCloud(stack, options);
  const child = spawnTerraform(stack, options, [
    "plan",
    "-json",
    "-input=false",
    `-out=${PLAN_FILE}`,
    // Nothing is written, so plans and deployments need not wait for each other.
    inCloud ? `-lock-timeout=${QUEUE_SECONDS}s` : "-lock=false",
    `-refresh=${!options.trustState}`,
  ]);
  const eventsOf = eventReader(inCloud);
  try {
    for await (const line of child.iterable({ from: "all" })) {
      for (const event of eventsOf(line)) progress.record(event, Date.now());
    }
    await child;
    return [];
  } catch (error) {
    options.signal.throwIfAborted();
    return progress.errors.length > 0 ? progress.errors : [ownError(endOf(error))];
  }
}
