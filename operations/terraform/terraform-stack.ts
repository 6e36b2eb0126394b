import { LOCK_SECONDS, QUEUE_SECONDS, READ_MINUTES, STACK_MINUTES } from "../../spec/limits";
import { type Planning, USUAL, planningOptions } from "./planning";
import { StackProgress } from "./stack-progress";
import { type Changes, record } from "./terraform-events";
import { follow } from "./terraform-output";
import {
  StackFailure,
  type StackName,
  type TerraformOptions,
  initialize,
  isInCloud,
  readTerraform,
  spawnTerraform,
} from "./terraform-process";

export { StackFailure, type StackName, type TerraformOptions } from "./terraform-process";

/** The order of deployment; destruction uses the reverse. */
export const STACKS: readonly StackName[] = ["registry", "images", "platform"];

/** Decides during a deployment whether to keep waiting. */
export interface Watch {
  /** Why Terraform's current wait cannot succeed; `undefined` while it still can. */
  hopeless(underWay: readonly string[]): string | undefined;
}

/** Options for applying a stack. */
export interface ApplyOptions extends TerraformOptions, Partial<Planning> {
  /** Ends a wait that cannot succeed. @default only the stack's time limit does */
  readonly watch?: Watch;
  /** Applies this plan, a file in the stack's folder. @default plans, and applies that */
  readonly planFile?: string;
}

/**
 * Applies one synthesized stack and reports every second what Terraform is waiting for. A remote run
 * that was interrupted or cancelled exits with 0, so the exit code alone never means success.
 *
 * @throws StackFailure with Terraform's errors, also when it was stopped: after `STACK_MINUTES`, or
 *   when the watch reports that the wait cannot succeed
 */
export async function applyStack(
  stack: StackName,
  { watch, planFile, ...options }: ApplyOptions,
): Promise<Changes> {
  await initialize(stack, options);
  const inCloud = isInCloud(stack, options);
  const progress = new StackProgress();
  const stop = new AbortController();
  const child = spawnTerraform(
    stack,
    { ...options, stop: stop.signal },
    applyCommand(inCloud, planFile ?? planningOptions({ ...USUAL, ...options })),
  );
  const ends = Date.now() + STACK_MINUTES[stack] * 60_000;
  const timer = setInterval(() => {
    const now = Date.now();
    options.report(progress.line(now));
    const late = `it timed out after ${STACK_MINUTES[stack]} minutes and was stopped`;
    const reason = now > ends ? late : watch?.hopeless(progress.underWay);
    if (reason) stop.abort(reason);
  }, 1000);
  const errors = await follow(child, { inCloud, progress }).finally(() => {
    clearInterval(timer);
  });
  options.signal.throwIfAborted();
  const all = [
    ...(stop.signal.aborted ? [String(stop.signal.reason)] : []),
    ...errors,
    ...(errors.length === 0 && inCloud && !progress.applied ? unapplied(progress) : []),
  ];
  if (all.length > 0) throw new StackFailure(stack, all, { ...options, failed: progress.failed });
  return progress.changes;
}

/** @param planned a plan's file, beside which Terraform takes no planning option, or these options */
function applyCommand(inCloud: boolean, planned: string | readonly string[]): string[] {
  return [
    "apply",
    "-json",
    "-auto-approve",
    "-input=false",
    ...(typeof planned === "string" ? [] : planned),
    // A remote run sets its own parallelism and uses the lock timeout for its wait in the queue.
    ...(inCloud
      ? [`-lock-timeout=${QUEUE_SECONDS}s`]
      : [`-lock-timeout=${LOCK_SECONDS}s`, "-parallelism=20"]),
    ...(typeof planned === "string" ? [planned] : []),
  ];
}

/** Terraform exits with 0 when a remote run is cancelled, by its own lock timeout too. */
function unapplied({ run, lastWords }: StackProgress): string[] {
  const place = run === undefined ? "" : ` (${run})`;
  const said = lastWords.length > 0 ? ` It said last:\n${lastWords.join("\n")}` : "";
  return [
    `the remote run${place} ended without "Apply complete!" and without "No changes".${said}`,
  ];
}

/**
 * The stack's outputs; empty when it was never deployed. They come from the state: `terraform output`
 * fails for a workspace of HCP Terraform that has none.
 */
export async function readOutputs(
  stack: StackName,
  options: TerraformOptions,
): Promise<Record<string, unknown>> {
  const { outputs } = record(await readState(stack, options));
  return Object.fromEntries(
    Object.entries(record(outputs)).map(([name, output]) => [name, record(output)["value"]]),
  );
}

/** The stack's raw Terraform state, which holds secrets. `undefined` when there is none. */
export async function readState(stack: StackName, options: TerraformOptions): Promise<unknown> {
  const state = await readFrom(stack, options, ["state", "pull"]);
  return state.trim() === "" ? undefined : (JSON.parse(state) as unknown);
}

async function readFrom(
  stack: StackName,
  options: TerraformOptions,
  args: string[],
): Promise<string> {
  await initialize(stack, options);
  return await readTerraform(stack, options, args, READ_MINUTES);
}
