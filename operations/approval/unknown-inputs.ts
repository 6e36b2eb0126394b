import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { list, record } from "../terraform/terraform-events";
import type { Input } from "../terraform/synthesized-stack";
import { type StackName, stackFolder } from "../terraform/terraform-process";

/** A resource whose id no plan knows; it is planned and never applied. */
const NAME = "unknown-until-applied";
export const UNKNOWN_INPUT = `terraform_data.${NAME}`;

/**
 * Makes a stack plannable before the earlier ones are applied: in its `cdk.tf.json`, inputs that are
 * missing or about to change become values that are unknown until applied. Terraform then plans every
 * resource, and marks each value that depends on them.
 */
export function makeInputsUnknown(
  stack: StackName,
  inputs: readonly Input[],
  synthFolder: string,
): void {
  if (inputs.length === 0) return;
  const file = path.join(stackFolder(stack, synthFolder), "cdk.tf.json");
  const json: unknown = JSON.parse(readFileSync(file, "utf8"));
  writeFileSync(file, JSON.stringify(withUnknown(json, inputs), undefined, 2));
}

/** The stack with the inputs replaced, and without the states that nothing reads any more. */
export function withUnknown(json: unknown, inputs: readonly Input[]): unknown {
  const names = inputs.map(({ producer, output }) => referenceTo(producer, output));
  const replaced = record(
    mapStrings(json, (text) =>
      names.reduce(
        (changed, name) =>
          changed.replace(
            new RegExp(`${name.replaceAll(".", "\\.")}(?![\\w-])`, "g"),
            `${UNKNOWN_INPUT}.id`,
          ),
        text,
      ),
    ),
  );
  const { terraform_remote_state: all, ...others } = record(replaced["data"]);
  const text = JSON.stringify(replaced);
  const read = Object.entries(record(all)).filter(([name]) =>
    text.includes(`terraform_remote_state.${name}.`),
  );
  const resource = record(replaced["resource"]);
  return {
    ...replaced,
    resource: {
      ...resource,
      terraform_data: { ...record(resource["terraform_data"]), [NAME]: {} },
    },
    // Terraform takes neither a type without a name nor `data` without a type.
    data: undefinedIfEmpty({
      ...others,
      terraform_remote_state: undefinedIfEmpty(Object.fromEntries(read)),
    }),
  };
}

/** JSON leaves out what is undefined. */
function undefinedIfEmpty(object: Readonly<Record<string, unknown>>): unknown {
  return Object.values(object).every((value) => value === undefined) ? undefined : object;
}

function referenceTo(producer: StackName, output: string): string {
  return `data.terraform_remote_state.cross-stack-reference-input-${producer}.outputs.${output}`;
}

function mapStrings(value: unknown, map: (text: string) => string): unknown {
  if (typeof value === "string") return map(value);
  if (Array.isArray(value)) return list(value).map((each) => mapStrings(each, map));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, mapStrings(each, map)]),
  );
}
