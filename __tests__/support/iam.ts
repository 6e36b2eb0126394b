/** Returns a check of whether a policy's pattern covers a value, as IAM compares them. */
export function matcher(pattern: string): (value: string) => boolean {
  // Most values differ before the first wildcard and need no regular expression.
  const beginning = pattern.slice(0, pattern.search(/[*?]|$/));
  let whole: RegExp | undefined;
  return (value) => value.startsWith(beginning) && (whole ??= expression(pattern)).test(value);
}

/** Whether a pattern of a policy covers a value. */
export function matches(pattern: string, value: string): boolean {
  return matcher(pattern)(value);
}

function expression(pattern: string): RegExp {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`);
}
