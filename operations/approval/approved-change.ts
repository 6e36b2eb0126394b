import { createHash } from "node:crypto";
import { type Action, ACTIONS } from "../plan/stack-plan";
import { list, record } from "../terraform/terraform-events";
import { UNKNOWN_INPUT } from "./unknown-inputs";

/** What a value is that shows only when an earlier stack, or the resource itself, is applied. */
export const UNKNOWN = "unknown";

/** Terraform marks it as sensitive, so not even its digest is kept. */
const SENSITIVE = "sensitive";

/**
 * One change of a plan, as it can be compared with the same change of a later plan. It contains digests
 * and no values, because a plan may hold secrets and an approval is kept where many may read.
 */
export interface ApprovedChange {
  /** `aws_lb_target_group.a`; of what a replacement has left behind, `aws_lb_target_group.a (deposed 1a2b3c4d)`. */
  readonly address: string;
  readonly action: Action;
  /** By the path of each value that changes (`/tags/Name`): the digest of what it becomes. */
  readonly after: Readonly<Record<string, string>>;
  /** The same of what an update changes it from. */
  readonly before: Readonly<Record<string, string>>;
}

/** A value of a plan: unknown and sensitive ones are marked in trees of their own. */
interface Value {
  readonly value: unknown;
  readonly unknown: unknown;
  readonly sensitive: unknown;
}

/** Reads the changes of `terraform show -json` for a plan; what is read or stays is no change. */
export function changesIn(plan: unknown): ApprovedChange[] {
  return list(record(plan)["resource_changes"])
    .map(record)
    .filter(({ mode, address }) => mode === "managed" && address !== UNKNOWN_INPUT)
    .flatMap((resource) => {
      const change = record(resource["change"]);
      const action = ACTIONS[list(change["actions"]).join()];
      if (!action) return [];
      return [{ address: addressOf(resource), action, ...valuesOf(action, change) }];
    });
}

/** An interrupted replacement leaves two objects at one address. */
function addressOf({ address, deposed }: Readonly<Record<string, unknown>>): string {
  return typeof deposed === "string" ? `${String(address)} (deposed ${deposed})` : String(address);
}

function valuesOf(
  action: Action,
  change: Readonly<Record<string, unknown>>,
): Pick<ApprovedChange, "after" | "before"> {
  if (action === "delete") return { after: {}, before: {} };
  const { before, after, after_unknown: unknown } = change;
  const then = leaves({ value: after, unknown, sensitive: change["after_sensitive"] });
  const now = leaves({ value: before, unknown: false, sensitive: change["before_sensitive"] });
  const paths = [...new Set([...Object.keys(then), ...Object.keys(now)])].sort();
  const changed = paths.filter((path) => then[path] !== now[path]);
  const pick = (values: Readonly<Record<string, string>>) =>
    Object.fromEntries(changed.map((path) => [path, values[path] ?? "none"]));
  // A replacement is made anew, whatever it was: tasks that were scaled since, for instance.
  return { after: pick(then), before: action === "update" ? pick(now) : {} };
}

/** The digest of each value in a tree, by its path. */
function leaves({ value, unknown, sensitive }: Value, path = ""): Record<string, string> {
  if (unknown === true) return { [path]: UNKNOWN };
  if (sensitive === true) return { [path]: SENSITIVE };
  const keys = Object.keys({ ...record(value), ...record(unknown) });
  if (keys.length === 0) {
    return value === null || value === undefined ? {} : { [path]: digest(value) };
  }
  return Object.assign(
    {},
    ...keys.map((key) =>
      leaves(
        {
          value: record(value)[key],
          unknown: record(unknown)[key],
          sensitive: record(sensitive)[key],
        },
        `${path}/${key}`,
      ),
    ),
  ) as Record<string, string>;
}

function digest(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 32);
}
