import { existsSync, rmSync } from "node:fs";
import path from "node:path";
import { PLAN_MINUTES } from "../limits";
import { StackProgress } from "./stack-progress";
import { parseEvent } from "./terraform-events";
import {
  StackFailure,
  type StackName,
  type TerraformOptions,
  endOf,
  initialize,
  spawnTerraform,
  stackFolder,
} from "./terraform-process";

/** A plan holds secrets; it is there only while Terraform reads it back. */
const PLAN_FILE = "secret-until-deleted.tfplan";

/**
 * Plans one synthesized stack and applies nothing. Errors that are `foreseen` leave the plan of what
 * does not depend on them.
 *
 * @returns what `terraform show -json` says of the plan
 */
export async function planStack(
  stack: StackName,
  options: TerraformOptions,
  foreseen: (error: string) => boolean,
): Promise<unknown> {
  const limit = AbortSignal.timeout(PLAN_MINUTES * 60_000);
  const limited = { ...options, signal: AbortSignal.any([options.signal, limit]) };
  const file = path.join(stackFolder(stack, options.synthFolder), PLAN_FILE);
  rmSync(file, { force: true });
  try {
    await initialize(stack, limited);
    const errors = await runPlan(stack, limited);
    if (!errors.every(foreseen) || !existsSync(file)) throw new StackFailure(stack, errors);
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

/** Writes the plan file and gives back Terraform's errors. */
async function runPlan(stack: StackName, options: TerraformOptions): Promise<readonly string[]> {
  const progress = new StackProgress();
  const child = spawnTerraform(stack, options, [
    ...["plan", "-json", "-input=false", `-out=${PLAN_FILE}`],
    // Nothing is written: a deployment that runs is not held up, and holds up no plan.
    "-lock=false",
  ]);
  try {
    for await (const line of child.iterable({ from: "all" })) {
      const event = parseEvent(line);
      if (event) progress.record(event, Date.now());
    }
    await child;
    return [];
  } catch (error) {
    options.signal.throwIfAborted();
    return progress.errors.length > 0 ? progress.errors : [endOf(error)];
  }
}
