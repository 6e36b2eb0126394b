import type { Instruction } from "./dockerfile";

/** The values of a Dockerfile's variables by name; `undefined` where only the builder knows it. */
export type Values = ReadonlyMap<string, string | undefined>;

const REFERENCE = /\$(?:(\w+)|\{(\w+)(?::?[-+][^}$]*)?\})/g;
const ASSIGNMENT = /(\w+)(?:=((?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|[^\s"'\\])*))?/g;

/**
 * `node:${VERSION:-22}-slim` with its values; `undefined` if one of them is not known, or one is within
 * another: `${A:-${B}}`.
 *
 * @see https://docs.docker.com/reference/dockerfile/#environment-replacement
 */
export function expanded(text: string, values: Values): string | undefined {
  const unknown: string[] = [];
  const result = text.replace(REFERENCE, (reference, plain?: string, braced?: string) => {
    const name = plain ?? braced ?? "";
    const isUnknown = values.has(name) && values.get(name) === undefined;
    const value = isUnknown ? undefined : valueOf(reference, values.get(name));
    if (value === undefined) unknown.push(reference);
    return value ?? "";
  });
  return unknown.length > 0 || result.includes("${") ? undefined : result;
}

/** `${TAG:-a}` is `a` if `TAG` is empty, too, and `${TAG-a}` only if nothing sets it; `+` is the contrary. */
function valueOf(reference: string, value: string | undefined): string | undefined {
  const [, colon, operator, word = ""] = /^\$\{\w+(:?)([-+])(.*)\}$/.exec(reference) ?? [];
  const isSet = colon === ":" ? Boolean(value) : value !== undefined;
  if (operator === "-") return isSet ? value : word;
  if (operator === "+") return isSet ? word : "";
  return value;
}

/** What `ARG A B=c` and `ENV A=b C="$D"` name, each with what stands behind its `=`, if any does. */
export function assignments({ name, rest }: Instruction): [string, string | undefined][] {
  // The older form, `ENV A b c`, sets one variable.
  const [, only, all] = (name === "ENV" && /^(\w+)\s+(.*)$/.exec(rest)) || [];
  if (only !== undefined) return [[only, all]];
  return [...rest.matchAll(ASSIGNMENT)].map(([, variable = "", written]) => [variable, written]);
}
