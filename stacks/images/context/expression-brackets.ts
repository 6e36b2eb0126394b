import { memberOf, posixMembers } from "./character-classes";
import { readEscape, readEscapedClass } from "./expression-escapes";
import { type Signs, codePoint, refuse } from "./expression-signs";

/** Reads brackets behind the first one; returns them for JavaScript. */
export function readBrackets(signs: Signs): string {
  const negation = signs.skip("^") ? "^" : "";
  let members = "";
  // A closing bracket at the beginning is a member.
  for (let first = true; first || !signs.skip("]"); first = false) {
    members += readPosixClass(signs) ?? readMembers(signs);
  }
  return `[${negation}${members}]`;
}

/** `[:alpha:]`; what is not closed is two members. */
function readPosixClass(signs: Signs): string | undefined {
  if (signs.peek() !== "[" || signs.peek(1) !== ":") return undefined;
  const name = signs.until(":]", "[:".length)?.join("");
  return name === undefined ? undefined : (posixMembers(name) ?? refuse());
}

/** A class such as `\d`, a character, or a range. */
function readMembers(signs: Signs): string {
  const sign = signs.next();
  const escapedClass = sign === "\\" ? readEscapedClass(signs) : undefined;
  if (escapedClass !== undefined) return escapedClass;
  const first = characterOf(sign, signs);
  // `[a-]` contains the hyphen.
  if (signs.peek() !== "-" || ["", "]"].includes(signs.peek(1))) return memberOf(first);
  signs.next();
  const last = characterOf(signs.next(), signs);
  return first <= last ? `${memberOf(first)}-${memberOf(last)}` : refuse();
}

function characterOf(sign: string, signs: Signs): number {
  return sign === "\\" ? readEscape(signs) : codePoint(sign);
}
