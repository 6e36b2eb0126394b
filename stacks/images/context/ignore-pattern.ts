import { type ByteString, bytesOf, textOf } from "./byte-string";
import type { Untranslatable } from "./expression-signs";
import { toJavaScript } from "./regular-expression";

/** Whether a path matches; only the path itself, not the folders above it. */
type Match = (path: ByteString) => boolean;

/** How the builder compares a pattern: only what it must, it compares with a regular expression. */
type Kind = "exact" | "prefix" | "suffix" | "expression";

/**
 * One rule of an ignore file. Instead of `matches` there may be a reason why the pattern cannot be
 * compared. It matters only if the builder compares a path with it.
 */
export interface IgnorePattern {
  /** Without `!`. */
  readonly text: string;
  /** With `!`: what it matches is sent, although an earlier rule ignores it. */
  readonly includes: boolean;
  readonly matches: Match | Untranslatable;
  /** Where it is written, for messages: `services/orders/.dockerignore line 3`. */
  readonly place: string;
}

/** Translates a pattern as BuildKit's client does. */
export function compile(text: string): Match | Untranslatable {
  const { kind, expression } = translate(text);
  const bytes = bytesOf(text);
  switch (kind) {
    case "exact":
      return (path) => path === bytes;
    case "prefix": {
      const prefix = bytes.slice(0, -"**".length);
      return (path) => path.startsWith(prefix);
    }
    case "suffix": {
      const suffix = bytes.slice("**".length);
      // `**/name` matches a name at the top, too.
      return (path) => path.endsWith(suffix) || `/${path}` === suffix;
    }
    case "expression": {
      const compiled = toJavaScript(`${expression}$`);
      return typeof compiled === "string" ? compiled : (path) => compiled.test(textOf(path));
    }
  }
}

/**
 * The kind of a pattern, and its expression in Go's syntax. Brackets are not parsed: a `*` within them
 * is translated like any other, which makes patterns such as `[*]` match what nobody expects.
 */
function translate(text: string): { kind: Kind; expression: string } {
  // The builder reads the pattern like a file, without a byte order mark.
  const signs = Array.from(text.replace(/^\ufeff/, ""));
  let kind: Kind = "exact";
  let expression = "^";
  for (let at = 0, part = 0; at < signs.length; part++) {
    const sign = signs[at++] ?? "";
    if (sign === "*" && signs[at] === "*") {
      at += signs[at + 1] === "/" ? 2 : 1;
      if (at < signs.length) {
        expression += "(.*/)?";
        kind = "expression";
      } else if (kind === "exact") {
        kind = "prefix";
      } else {
        expression += ".*";
        kind = "expression";
      }
      if (part === 0) kind = "suffix";
    } else if ("*?[]".includes(sign)) {
      expression += sign === "*" ? "[^/]*" : sign === "?" ? "[^/]" : sign;
      kind = "expression";
    } else if (sign === "\\" && at < signs.length) {
      expression += `\\${signs[at++] ?? ""}`;
      kind = "expression";
    } else {
      expression += ".+()$".includes(sign) ? `\\${sign}` : sign;
    }
  }
  return { kind, expression };
}
