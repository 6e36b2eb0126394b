import { REFERENCE_DOMAIN } from "../../../../policy/reference";
import type { Deployed } from "../../../../policy/rule";
import { references } from "../../../../policy/variants";

/** Terraform JSON that a test may change. */
export type Json = Record<string, Record<string, Record<string, Record<string, unknown>>>>;

/** A change that breaks a promise, and what must be said about which block. */
export interface Break {
  readonly stack?: string;
  /** Whether the reference has its images scanned and signed. @default it does not, and has a domain */
  readonly scans?: true;
  readonly change: (json: Json) => void;
  readonly says: string;
  /** The stack of the breach. @default the changed one */
  readonly at?: string;
  readonly where: string;
}

const withDomain = references().find(({ hasDomain }) => hasDomain);
const scanned = references().find(({ scans }) => scans);

/** The stacks with a change to one of them. */
export function broken({ stack = "platform", scans, change }: Break): Deployed {
  const reference = scans ? scanned : withDomain;
  if (!reference) throw new Error(`no reference has ${REFERENCE_DOMAIN.name}, or none scans`);
  const stacks = reference.stacks.map(({ name, json }) => {
    // A copy of cdktf's own output, which is Terraform JSON.
    const copy = structuredClone(json) as Json;
    if (name === stack) change(copy);
    return { name, json: copy };
  });
  return { ...reference, stacks };
}

/** The first block of a type, or the first whose name contains a text. */
export function first(
  json: Json,
  type: string,
  part = "",
  kind = "resource",
): Record<string, unknown> {
  const found = Object.entries(json[kind]?.[type] ?? {}).find(([name]) => name.includes(part));
  if (!found) throw new Error(`there is no ${type} ${part}`);
  return found[1];
}

export function set(
  type: string,
  attributes: Record<string, unknown>,
  part = "",
): (json: Json) => void {
  return (json) => Object.assign(first(json, type, part), attributes);
}

/** Adds a resource of its own, as an owner's construct would. */
export function add(type: string, block: Record<string, unknown>): (json: Json) => void {
  return (json) => {
    const resource = (json["resource"] ??= {});
    resource[type] = { ...resource[type], added: block };
  };
}

/** Changes the first container of a service with a database. */
export function container(
  change: (container: Record<string, unknown>) => void,
  service = "private",
): (json: Json) => void {
  return (json) => {
    const task = first(json, "aws_ecs_task_definition", service);
    // The text that ECS takes.
    const all = JSON.parse(String(task["container_definitions"])) as Record<string, unknown>[];
    if (all[0]) change(all[0]);
    task["container_definitions"] = JSON.stringify(all);
  };
}

/** A policy with one statement, as a resource takes it. */
export const policyText = (parts: Record<string, unknown>): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...parts }] });
