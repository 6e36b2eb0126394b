import type { Input, SynthesizedStack } from "../terraform/synthesized-stack";
import { STACKS, type StackName } from "../terraform/terraform-stack";

/** The names of the outputs that a stack's present state has. */
export type Given = ReadonlyMap<StackName, readonly string[]>;

/** What a stack takes from those before it, and they have not given out yet. */
export function missingInputs({ inputs }: SynthesizedStack, given: Given): Input[] {
  return inputs.filter(({ producer, output }) => !given.get(producer)?.includes(output));
}

/** The stack that must be applied before nothing is missing any more. */
export function lastProducer(missing: readonly Input[]): StackName | undefined {
  return STACKS.findLast((stack) => missing.some(({ producer }) => producer === stack));
}

/** Whether Terraform complains of a missing input and of nothing else. */
export function isForeseen(error: string, missing: readonly Input[]): boolean {
  if (missing.length === 0) return false;
  return (
    error.startsWith("Unable to find remote state") ||
    missing.some(({ output }) => error.includes(`attribute named "${output}"`))
  );
}
