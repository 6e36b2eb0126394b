import { LOCK_SECONDS, QUEUE_SECONDS, READ_MINUTES, STACK_MINUTES } from "../../spec/limits";
import { eventReader } from "./remote-run";
import { StackProgress } from "./stack-progress";
import type { Changes } from "./terraform-events";
import {
  StackFailure,
  type StackName,
  type TerraformOptions,
  endOf,
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
export interface ApplyOptions extends TerraformOptions {
  /** Ends a wait that cannot succeed. @default only the stack's time limit does */
  readonly watch?: Watch;
  /** Plans from the state without refreshing each resource. @default false */
  readonly trustState?: boolean;
}

/**
 * Applies one synthesized stack and reports every second what Terraform is waiting for.
 *
 * @throws StackFailure with Terraform's errors, also when it was stopped: after `STACK_MINUTES`, or
 *   when the watch reports that the wait cannot succeed
 */
export async function applyStack(
  stack: StackName,
  { watch, trustState = false, ...options }: ApplyOptions,
): Promise<Changes> {
  await initialize(stack, options);
  const progress = new StackProgress();
  const stop = new AbortController();
  const child = spawnTerraform(stack, { ...options, stop: stop.signal }, [
    "apply",
    "-json",
    "-auto-approve",
    "-input=false",
    `-refresh=${!trustState}`,
    // A remote run sets its own parallelism and uses the lock timeout for its wait in the queue.
    ...(isInCloud(stack, options)
      ? [`-lock-timeout=${QUEUE_SECONDS}s`]
      : [`-lock-timeout=${LOCK_SECONDS}s`, "-parallelism=20"]),
  ]);
  const eventsOf = eventReader(isInCloud(stack, options));
  const ends = Date.now() + STACK_MINUTES[stack] * 60_000;
  const timer = setInterval(() => {
    const now = Date.now();
    options.report(progress.line(now));
    const late = `it timed out after ${STACK_MINUTES[stack]} minutes and was stopped`;
    const reason = now > ends ? late : watch?.hopeless(progress.underWay);
    if (reason) stop.abort(reason);
  }, 1000);
  try {
    for await (const line of child.iterable({ from: "all" })) {
      for (const event of eventsOf(line)) progress.record(event, Date.now());
    }
    await child;
  } catch (error) {
    options.signal.throwIfAborted();
    const errors = progress.errors.length > 0 ? progress.errors : [endOf(error)];
    const reason = stop.signal.aborted ? [String(stop.signal.reason)] : [];
    throw new StackFailure(stack, [...reason, ...errors], progress.failed);
  } finally {
    clearInterval(timer);
  }
  return progress.changes;
}

/** The stack's outputs; empty when it was never deployed. */
export async function readOutputs(
  stack: StackName,
  options: TerraformOptions,
): Promise<Record<string, unknown>> {
  const stdout = await readFrom(stack, options, ["output", "-json"]);
  // The format of `terraform output -json`.
  const outputs = JSON.parse(stdout) as Record<string, { value: unknown }>;
  return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]));
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
