import { type Resource, deployedResources } from "../cost/resources";
import type { SynthesizedStack } from "../terraform/synthesized-stack";
import { type Changes, list, record } from "../terraform/terraform-events";
import type { StackName } from "../terraform/terraform-stack";

/** `unknown`: the resource exists, and its change stays unknown until an earlier stack is applied. */
export type Action = "create" | "update" | "replace" | "delete" | "unknown";

/** The planned change to one resource. */
export interface ResourceChange {
  readonly stack: StackName;
  readonly address: string;
  readonly action: Action;
  /** The attributes that change. Names only, since values may be secret. */
  readonly attributes: readonly string[];
  /** Terraform cannot plan it yet, because it needs an output of an earlier stack. */
  readonly pending: boolean;
}

/** The changes that applying one stack would make. */
export interface StackPlan {
  readonly stack: StackName;
  readonly changes: readonly ResourceChange[];
  readonly outputs: readonly OutputChange[];
  /** What there was before, with its values: they may be secret, so nothing prints them. */
  readonly deployed: readonly Resource[];
}

/** An output whose value will change or is not known yet. */
export interface OutputChange {
  readonly name: string;
  /** The state already has a value, which later stacks are planned with. */
  readonly hasValue: boolean;
}

/** Terraform's lists of actions; the others change nothing. */
export const ACTIONS: Readonly<Record<string, Action>> = {
  create: "create",
  update: "update",
  delete: "delete",
  "delete,create": "replace",
  "create,delete": "replace",
};

/**
 * Reads the output of `terraform show -json` for a plan. If an input is missing, Terraform omits the
 * resources that depend on it; the synthesized stack supplies them.
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
    deployed: deployedResources(plan),
  };
}

/** Counts as Terraform does: a replacement is one to add and one to destroy. */
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
