/**
 * A value for a stack whose strings reach AWS and Docker exactly as they are written here. Terraform
 * reads each string as a template, in which `${` and `%{` begin an expression; with the first character
 * doubled they stand for themselves.
 *
 * @see https://developer.hashicorp.com/terraform/language/expressions/strings#escape-sequences
 */
export function asWritten<T>(value: T): T {
  return mapStrings(value, (text) => text.replace(/[$%](?=\{)/g, "$&$&"));
}

/** The value that was given to `asWritten`, for what does not go through Terraform. */
export function original<T>(value: T): T {
  return mapStrings(value, (text) => text.replace(/([$%])\1\{/g, "$1{"));
}

function mapStrings<T>(value: T, map: (text: string) => string): T {
  const mapped = (part: unknown): unknown => {
    if (typeof part === "string") return map(part);
    if (Array.isArray(part)) return part.map(mapped);
    if (typeof part !== "object" || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([key, each]) => [key, mapped(each)]));
  };
  // The same shape: only strings are replaced, by strings.
  return mapped(value) as T;
}
