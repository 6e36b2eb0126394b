import type { SynthesizedStack } from "../terraform/synthesized-stack";
import { list, record } from "../terraform/terraform-events";

/** A resource as Terraform wants it, or as its state has it; the names of its attributes are the same. */
export interface Resource {
  readonly address: string;
  readonly type: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** The resources that the stacks are to have. */
export function wantedResources(stacks: readonly SynthesizedStack[]): Resource[] {
  return stacks.flatMap(({ resources }) =>
    [...resources].map(([address, values]) => ({ address, type: typeOf(address), values })),
  );
}

/**
 * The resources that a plan started from, which are those of the refreshed state.
 *
 * @param plan the output of `terraform show -json` for a plan
 * @see https://developer.hashicorp.com/terraform/internals/json-format#plan-representation
 */
export function deployedResources(plan: unknown): Resource[] {
  const module = record(record(record(record(plan)["prior_state"])["values"])["root_module"]);
  return list(module["resources"])
    .map(record)
    .filter(({ mode }) => mode !== "data")
    .map(({ address, values }) => ({
      address: String(address),
      type: typeOf(String(address)),
      values: record(values),
    }));
}

function typeOf(address: string): string {
  return address.split(".")[0] ?? "";
}

/** The resources of a type. */
export function ofType(resources: readonly Resource[], type: string): Resource[] {
  return resources.filter((each) => each.type === type);
}

/** The nested blocks of a name: an object or a list in a synthesized stack, always a list in a state. */
export function blocks(
  values: Readonly<Record<string, unknown>>,
  name: string,
): Readonly<Record<string, unknown>>[] {
  const value = values[name];
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value.map(record) : [record(value)];
}

/** The attributes by which others name a resource in a state. */
const IDENTITIES = ["arn", "id", "name", "resource_id"];

/**
 * Whether a value names the resource: `${aws_lb.alb.arn}` in a synthesized stack, and in a state the ARN, the
 * id or a path that ends with its name. Of a task definition any revision does.
 */
export function refersTo(value: unknown, { address, values }: Resource): boolean {
  if (typeof value !== "string" || value === "") return false;
  if (value.includes(`\${${address}.`)) return true;
  const family = values["family"];
  return (
    IDENTITIES.map((name) => values[name])
      .filter((each) => typeof each === "string" && each !== "")
      .some((each) => value === each || value.endsWith(`/${String(each)}`)) ||
    (typeof family === "string" && value.includes(`/${family}:`))
  );
}
