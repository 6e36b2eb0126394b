/** A string, punctuation, or an expression up to the end of its list or object. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],]|[=:](?=\s)|[^\s"{}[\],=:][^\s"{}[\],]*/g;

const LITERAL = /^(?:"[^]*"|-?\d+(?:\.\d+)?|true|false|null|[{}[\],])$/;

/**
 * Reads an IAM policy that is written into an attribute: JSON, or `${jsonencode({"Version" = …})}`, as
 * `Fn.jsonencode` writes it. An expression in it becomes a string.
 *
 * @returns `undefined` for text that is neither
 */
export function parsePolicy(text: string): unknown {
  const encoded = /^\$\{jsonencode\(([^]*)\)\}$/.exec(text.trim())?.[1];
  try {
    return JSON.parse(encoded === undefined ? text : asJson(encoded));
  } catch {
    return undefined;
  }
}

function asJson(expression: string): string {
  return (expression.match(TOKEN) ?? [])
    .map((token) => {
      if (token === "=" || token === ":") return ":";
      return LITERAL.test(token) ? token : JSON.stringify(`\${${token}}`);
    })
    .join("");
}
