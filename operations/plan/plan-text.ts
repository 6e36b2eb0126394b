import type { DeploymentPlan, StackSummary } from "./deployment-plan";
import { describeChanges } from "../terraform/stack-progress";
import type { StackName } from "../terraform/terraform-stack";

/** What a stack outputs for later stacks, in the plural and the singular. */
const PRODUCTS: Readonly<Record<StackName, readonly [string, string]>> = {
  registry: ["repositories", "repository"],
  images: ["images", "digest"],
  platform: ["addresses", "address"],
};

/**
 * A line for each service and each stack, then the values that will change after planning, the paths and
 * databases that change owner, and the queues and buckets that go.
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
    ...(addedLater > 0 ? [`${addedLater} of those to add can be planned only ${once}`] : []),
    ...(notKnown > 0 ? [`the changes to ${notKnown} more are known only ${once}`] : []),
    ...(outputsChange && isUnchanged ? ["only outputs change"] : []),
  ].join("; ");
}

function notesOn({ stack, plannedAsNow }: StackSummary): string[] {
  return plannedAsNow.map(({ producer, services }) => {
    const [all, one] = PRODUCTS[producer];
    const whom = services.join(", ");
    return `${stack} is planned with the current ${all}; the new ${one} reaches ${whom} once ${producer} is applied.`;
  });
}

function align(rows: readonly [string, string][]): string[] {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, text]) => `${name.padEnd(width)}  ${text}`);
}
