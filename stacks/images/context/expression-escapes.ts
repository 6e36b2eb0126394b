import { perlMembers, unicodeMembers } from "./character-classes";
import { type Signs, codePoint, refuse } from "./expression-signs";

const CONTROLS: Readonly<Record<string, number>> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 };

/** Reads `\d`, `\pL` and the like, behind the backslash; returns its members, if it is one. */
export function readEscapedClass(signs: Signs): string | undefined {
  const letter = signs.peek();
  if (letter === "p" || letter === "P") {
    signs.next();
    const first = signs.next();
    return unicodeMembers(letter, first === "{" ? braced(signs) : first);
  }
  const members = perlMembers(letter);
  if (members !== undefined) signs.next();
  return members;
}

/** Reads any other escape, behind the backslash; returns its code point. */
export function readEscape(signs: Signs): number {
  const letter = signs.next();
  const control = CONTROLS[letter];
  if (control !== undefined) return control;
  if (letter === "x") return hexadecimal(signs);
  if (/^[0-7]$/.test(letter)) return octal(letter, signs);
  // Any other letter or digit has no meaning; a character beyond ASCII may not be escaped at all.
  return /^[\0-\x7f]$/.test(letter) && !/^[0-9A-Za-z]$/.test(letter) ? codePoint(letter) : refuse();
}

/** `\x41` or `\x{1f600}` */
function hexadecimal(signs: Signs): number {
  const first = signs.next();
  const digits = first === "{" ? braced(signs) : first + signs.next();
  const code = /^[0-9a-f]+$/i.test(digits) ? parseInt(digits, 16) : refuse();
  return code <= 0x10ffff ? code : refuse();
}

/** Up to three digits; one alone, other than 0, would be a reference to a group. */
function octal(first: string, signs: Signs): number {
  let digits = first;
  while (digits.length < 3 && /^[0-7]$/.test(signs.peek())) digits += signs.next();
  return digits.length === 1 && first !== "0" ? refuse() : parseInt(digits, 8);
}

/** What stands before the closing brace. */
function braced(signs: Signs): string {
  return signs.until("}")?.join("") ?? refuse();
}
