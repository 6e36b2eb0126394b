import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { isLost, requireHeld } from "../target/lock";
import type { Report } from "../terminal/refusal";
import { describeChanges } from "../terraform/stack-progress";
import { SYNTH_FOLDER, lockOf, synthesize } from "../terraform/synthesis";
import type { Target } from "../target/target";
import { stackFolder } from "../terraform/terraform-process";
import { type StackName, applyStack, readState } from "../terraform/terraform-stack";

/** The outcome when the state is empty or missing. */
export const NOTHING = "has nothing";

/** The parts of a stack's `cdk.tf.json`. */
interface StackJson {
  readonly terraform: unknown;
  readonly provider: unknown;
  readonly data?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/**
 * Destroys the resources in a stack's state by applying the stack without its resources. A
 * `terraform destroy` would first evaluate the whole stack and fail on anything that no longer exists:
 * an earlier stack that was destroyed, an image deleted from ECR.
 */
export async function destroyStack(
  stack: StackName,
  target: Target,
  report: Report,
): Promise<string> {
  await synthesize(target);
  const options = { ...target, report };
  if (!holdsResources(await readState(stack, options))) return NOTHING;
  const lock = lockOf(SYNTH_FOLDER);
  requireHeld(lock);
  const file = path.join(stackFolder(stack), "cdk.tf.json");
  // The format that cdktf writes.
  const whole = JSON.parse(readFileSync(file, "utf8")) as StackJson;
  writeFileSync(file, JSON.stringify(withoutResources(whole), undefined, 2));
  try {
    return describeChanges(await applyStack(stack, options));
  } finally {
    // By now, it may be another command's.
    if (!isLost(lock.file) && existsSync(file))
      writeFileSync(file, JSON.stringify(whole, undefined, 2));
  }
}

/** Keeps the providers, the backend and the data sources that the providers need. */
export function withoutResources({ terraform, provider, data = {} }: StackJson): StackJson {
  const used = JSON.stringify(provider);
  const needed = Object.entries(data).flatMap(([type, blocks]) => {
    const kept = Object.entries(blocks).filter(([id]) => used.includes(`data.${type}.${id}.`));
    return kept.length > 0 ? [[type, Object.fromEntries(kept)] as const] : [];
  });
  // Terraform refuses an empty `data`.
  return { terraform, provider, ...(needed.length > 0 && { data: Object.fromEntries(needed) }) };
}

/** Whether a Terraform state holds resources that can be destroyed. */
export function holdsResources(state: unknown): boolean {
  if (typeof state !== "object" || state === null || !("resources" in state)) return false;
  const { resources } = state;
  return (
    Array.isArray(resources) && resources.some(({ mode }: { mode: string }) => mode === "managed")
  );
}
