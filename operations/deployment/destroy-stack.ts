import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Report } from "../terminal/refusal";
import { describeChanges } from "../terraform/stack-progress";
import { synthesize } from "../terraform/synthesis";
import type { Target } from "../target/target";
import { stackFolder } from "../terraform/terraform-process";
import { type StackName, applyStack, readState } from "../terraform/terraform-stack";

/** What destroying comes to where the state is empty, or there is none. */
export const NOTHING = "has nothing";

/** A stack as Terraform reads it. */
interface StackJson {
  readonly terraform: unknown;
  readonly provider: unknown;
  readonly data?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/**
 * Destroys what the state of a stack knows, by applying the stack without its resources. A
 * `terraform destroy` would evaluate the whole stack first, and fail for what exists no more: a
 * stack before it that has been destroyed already, an image that has gone from ECR.
 */
export async function destroyStack(
  stack: StackName,
  target: Target,
  report: Report,
): Promise<string> {
  await synthesize(target.environment);
  const options = { ...target, report };
  if (!holdsResources(await readState(stack, options))) return NOTHING;
  const file = path.join(stackFolder(stack), "cdk.tf.json");
  // What cdktf has synthesized.
  const whole = JSON.parse(readFileSync(file, "utf8")) as StackJson;
  writeFileSync(file, JSON.stringify(withoutResources(whole), undefined, 2));
  try {
    return describeChanges(await applyStack(stack, options));
  } finally {
    if (existsSync(file)) writeFileSync(file, JSON.stringify(whole, undefined, 2));
  }
}

/** The providers, with where the state is and the data that the providers themselves need. */
export function withoutResources({ terraform, provider, data = {} }: StackJson): StackJson {
  const used = JSON.stringify(provider);
  const needed = Object.entries(data).flatMap(([type, blocks]) => {
    const kept = Object.entries(blocks).filter(([id]) => used.includes(`data.${type}.${id}.`));
    return kept.length > 0 ? [[type, Object.fromEntries(kept)] as const] : [];
  });
  // Terraform takes no empty `data`.
  return { terraform, provider, ...(needed.length > 0 && { data: Object.fromEntries(needed) }) };
}

/** Whether a state, as Terraform keeps it, has anything that could be destroyed. */
export function holdsResources(state: unknown): boolean {
  if (typeof state !== "object" || state === null || !("resources" in state)) return false;
  const { resources } = state;
  return (
    Array.isArray(resources) && resources.some(({ mode }: { mode: string }) => mode === "managed")
  );
}
