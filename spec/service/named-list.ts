import * as z from "zod/mini";
import { given, isObject, named, text } from "../schema";

/** Names alone, or an object with what each of them says. */
export type NamedList<Value> = readonly string[] | Readonly<Record<string, Value>>;

/** The names of either form. */
export function namesIn(list: NamedList<unknown> = []): readonly string[] {
  return isList(list) ? list : Object.keys(list);
}

/** What each name says; a list says nothing about its names. */
export function valuesIn<Value>(
  list: NamedList<Value> = [],
): readonly (readonly [string, Value?])[] {
  return isList(list) ? list.map((name) => [name]) : Object.entries(list);
}

/** The schema of names alone: `list("the name of a service", "services")`. */
export function list(one: string, all: string) {
  return z.readonly(z.array(text(one), { error: refusal(`a list of ${all}`) }));
}

/**
 * The schema of names alone, `["exports"]`, or with a value for each, `{ exports: { attempts: 3 } }`. Each
 * problem has the place of what is wrong.
 */
export function namedList<Value>(
  one: string,
  example: string,
  value: z.ZodMiniType<Value>,
): z.ZodMiniType<NamedList<Value>> {
  const names = z.array(text(one));
  const values = named(example, value);
  const either = z.custom<NamedList<Value>, unknown>(
    (input) => Array.isArray(input) || isObject(input),
    { error: refusal("a list", ` or an object such as ${example}`) },
  );
  return z.pipe(
    either,
    z.transform((input, context) => {
      const { error } = z.safeParse(isList(input) ? names : values, input);
      for (const issue of error?.issues ?? []) {
        // Its input is the whole list, of any form; nobody reads it.
        context.issues.push({ ...issue, input } as z.core.$ZodRawIssue);
      }
      return input;
    }),
  );
}

function isList(list: NamedList<unknown>): list is readonly string[] {
  return Array.isArray(list);
}

/** A single name is shown as the list that it was meant to be. */
function refusal(allowed: string, otherwise = "") {
  return ({ input }: { input?: unknown }) => {
    const meant = typeof input === "string" ? `: [${JSON.stringify(input)}]` : "";
    return `${given(input)}; it must be ${allowed}${meant}${otherwise}`;
  };
}
