import type { SynthesizedStack } from "../terraform/synthesized-stack";
import { type Changes, list, record } from "../terraform/terraform-events";
import type { StackName } from "../terraform/terraform-stack";

/** `unknown`: the resource exists, and what becomes of it shows once the stack before is applied. */
export type Action = "create" | "update" | "replace" | "delete" | "unknown";

/** What becomes of one resource. */
export interface ResourceChange {
  readonly stack: StackName;
  readonly address: string;
  readonly action: Action;
  /** What makes it change. Names alone: a value may be secret. */
  readonly attributes: readonly string[];
  /** Terraform cannot plan it yet, because it needs what the stack before has not given out. */
  readonly pending: boolean;
}

/** What applying one stack would do. */
export interface StackPlan {
  readonly stack: StackName;
  readonly changes: readonly ResourceChange[];
  readonly outputs: readonly OutputChange[];
}

/** An output that has another value afterwards, or one that is not known yet. */
export interface OutputChange {
  readonly name: string;
  /** The state has a value of it already, which the stacks after this one are planned with. */
  readonly hasValue: boolean;
}

/** Terraform's own lists of actions; those that are missing change nothing. */
const ACTIONS: Readonly<Record<string, Action>> = {
  create: "create",
  update: "update",
  delete: "delete",
  "delete,create": "replace",
  "create,delete": "replace",
};

/**
 * Reads what `terraform show -json` says of a plan. Where an input is missing, Terraform leaves out
 * what depends on it; the synthesized stack says what that is.
 *
 * @see https://developer.hashicorp.com/terraform/internals/json-format
 */
export function readStackPlan(json: unknown, synthesized: SynthesizedStack): StackPlan {
  const { stack, resources } = synthesized;
  const plan = record(json);
  const planned = list(plan["resource_changes"]).map(record);
  const left = new Set(plan["errored"] === true ? resources.keys() : []);
  for (const { address } of planned) left.delete(String(address));
  const existing = existingAddresses(plan);
  return {
    stack,
    changes: [
      ...planned.flatMap((resource) => readChange(stack, resource)),
      ...[...left].map((address): ResourceChange => ({
        stack,
        address,
        attributes: [],
        pending: true,
        action: existing.has(address) ? "unknown" : "create",
      })),
    ],
    outputs: Object.entries(record(plan["output_changes"]))
      .map(([name, change]) => ({ name, action: list(record(change)["actions"])[0] }))
      .filter(({ action }) => action !== "no-op")
      .map(({ name, action }) => ({ name, hasValue: action !== "create" })),
  };
}

/** As Terraform counts: a replacement is one to add and one to destroy. */
export function countChanges(changes: readonly ResourceChange[]): Changes {
  const count = (...actions: Action[]) =>
    changes.filter(({ action }) => actions.includes(action)).length;
  return {
    add: count("create", "replace"),
    change: count("update"),
    remove: count("delete", "replace"),
  };
}

function readChange(
  stack: StackName,
  resource: Readonly<Record<string, unknown>>,
): ResourceChange[] {
  const change = record(resource["change"]);
  const action = ACTIONS[list(change["actions"]).join()];
  if (!action) return [];
  const attributes = attributesOf(action, change, resource["action_reason"]);
  return [{ stack, address: String(resource["address"]), action, attributes, pending: false }];
}

function attributesOf(
  action: Action,
  change: Readonly<Record<string, unknown>>,
  reason: unknown,
): string[] {
  if (action === "replace") {
    if (reason === "replace_because_tainted") return ["tainted"];
    return [...new Set(list(change["replace_paths"]).map((steps) => String(list(steps)[0])))];
  }
  if (action !== "update") return [];
  const before = record(change["before"]);
  const after = record(change["after"]);
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  );
}

function existingAddresses(plan: Readonly<Record<string, unknown>>): ReadonlySet<unknown> {
  const module = record(record(record(plan["prior_state"])["values"])["root_module"]);
  return new Set(list(module["resources"]).map((resource) => record(resource)["address"]));
}
