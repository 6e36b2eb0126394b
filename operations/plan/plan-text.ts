import type { DeploymentPlan, StackSummary } from "./deployment-plan";
import { describeChanges } from "../terraform/stack-progress";
import type { StackName } from "../terraform/terraform-stack";

/** What a stack gives to those after it: all that there is, and one of them. */
const PRODUCTS: Readonly<Record<StackName, readonly [string, string]>> = {
  registry: ["repositories", "repository"],
  images: ["images", "digest"],
  platform: ["addresses", "address"],
};

/**
 * A line for each service and each stack, then what is planned as it is now although it changes, and
 * what changes hands.
 */
export function planText({ services, platform, stacks, moves }: DeploymentPlan): string {
  const rows = services.map(({ service, summary }): [string, string] => [service, summary]);
  const counts = stacks.map((stack): [string, string] => [`stack ${stack.stack}`, counted(stack)]);
  const notes = [...stacks.flatMap(notesOn), ...moves];
  return [
    ...align([...rows, ["platform", platform.summary]]),
    "",
    ...align(counts),
    ...(notes.length > 0 ? ["", ...notes] : []),
  ].join("\n");
}

function counted(stack: StackSummary): string {
  const { waitsFor, addedLater, notKnown, outputsChange } = stack;
  const once = `once ${waitsFor} is applied`;
  const isUnchanged = stack.add + stack.change + stack.remove === 0;
  return [
    describeChanges(stack),
    ...(addedLater > 0 ? [`${addedLater} of those to add can be planned ${once}`] : []),
    ...(notKnown > 0 ? [`what becomes of ${notKnown} more is known ${once}`] : []),
    ...(outputsChange && isUnchanged ? ["only outputs change"] : []),
  ].join("; ");
}

function notesOn({ stack, plannedAsNow }: StackSummary): string[] {
  return plannedAsNow.map(({ producer, services }) => {
    const [all, one] = PRODUCTS[producer];
    const whom = services.join(", ");
    return `${stack} is planned with the ${all} of now; the new ${one} reaches ${whom} once ${producer} is applied.`;
  });
}

function align(rows: readonly [string, string][]): string[] {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, text]) => `${name.padEnd(width)}  ${text}`);
}
