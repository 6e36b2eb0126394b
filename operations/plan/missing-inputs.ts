import type { Input, SynthesizedStack } from "../terraform/synthesized-stack";
import { isUnreadableState } from "../terraform/unreadable-state";
import { STACKS, type StackName } from "../terraform/terraform-stack";

/** The names of the outputs in each stack's current state. */
export type Given = ReadonlyMap<StackName, readonly string[]>;

/** The inputs of a stack that earlier stacks have not output yet. */
export function missingInputs({ inputs }: SynthesizedStack, given: Given): Input[] {
  return inputs.filter(({ producer, output }) => !given.get(producer)?.includes(output));
}

/** The last stack that must be applied before every input is available. */
export function lastProducer(missing: readonly Input[]): StackName | undefined {
  return STACKS.findLast((stack) => missing.some(({ producer }) => producer === stack));
}

/** Whether the error reports only a missing input. */
export function isForeseen(error: string, missing: readonly Input[]): boolean {
  if (missing.length === 0) return false;
  return (
    isUnreadableState(error) ||
    missing.some(({ output }) => error.includes(`attribute named "${output}"`))
  );
}
