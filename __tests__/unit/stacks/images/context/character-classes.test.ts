import { describe, expect, test } from "vitest";
import {
  perlMembers,
  posixMembers,
  unicodeMembers,
} from "../../../../../stacks/images/context/character-classes";
import { NotTranslated } from "../../../../../stacks/images/context/expression-signs";

const ASCII = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code));

/** The characters of ASCII in a class, and whether it has others. */
function members(inBrackets = ""): [ascii: string, others: boolean] {
  const one = new RegExp(`^[${inBrackets}]$`, "u");
  return [
    ASCII.filter((character) => one.test(character)).join(""),
    ["é", "日", "\u{10ffff}"].every((character) => one.test(character)),
  ];
}

/** Those of ASCII that are not among the characters. */
const without = (characters: string) =>
  ASCII.filter((character) => !characters.includes(character)).join("");

const DIGITS = "0123456789";
const UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const LOWER = "abcdefghijklmnopqrstuvwxyz";
const PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";
const CONTROLS = ASCII.slice(0, 32).join("");

// https://pkg.go.dev/regexp/syntax
const POSIX: Readonly<Record<string, string>> = {
  alnum: `${DIGITS}${UPPER}${LOWER}`,
  alpha: `${UPPER}${LOWER}`,
  ascii: ASCII.join(""),
  blank: "\t ",
  cntrl: `${CONTROLS}\x7f`,
  digit: DIGITS,
  graph: without(`${CONTROLS} \x7f`),
  lower: LOWER,
  print: without(`${CONTROLS}\x7f`),
  punct: PUNCTUATION,
  space: "\t\n\v\f\r ",
  upper: UPPER,
  word: `${DIGITS}${UPPER}_${LOWER}`,
  xdigit: `${DIGITS}ABCDEFabcdef`,
};

test.each(Object.entries(POSIX))(
  "[:%s:] has the characters that it has in Go",
  (name, expected) => {
    expect(members(posixMembers(name))).toEqual([expected, false]);
    expect(members(posixMembers(`^${name}`))).toEqual([without(expected), true]);
  },
);

test.each(["", "^", "nothing", "constructor", "^^alpha", "Alpha"])("[:%s:] is none", (name) => {
  expect(posixMembers(name)).toBeUndefined();
});

test.each([
  ["d", DIGITS],
  ["s", "\t\n\f\r "],
  ["w", `${DIGITS}${UPPER}_${LOWER}`],
])("\\%s is of ASCII alone, as in Go", (letter, expected) => {
  expect(members(perlMembers(letter))).toEqual([expected, false]);
  expect(members(perlMembers(letter.toUpperCase()))).toEqual([without(expected), true]);
});

test("no other letter is a class of Perl's", () => {
  expect(["a", "b", "z", "1"].map(perlMembers)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

describe("a category of Unicode", () => {
  const CATEGORIES =
    "C Cc Cf Cn Co Cs L LC Ll Lm Lo Lt Lu M Mc Me Mn N Nd Nl No P Pc Pd Pe Pf Pi Po Ps S Sc Sk Sm So Z Zl Zp Zs";

  test.each(CATEGORIES.split(" "))("%s is JavaScript's, too", (name) => {
    expect(unicodeMembers("p", name)).toBe(`\\p{${name}}`);
    expect(() => new RegExp(unicodeMembers("P", name), "u")).not.toThrow();
  });

  test("may be negated once or twice, and written in other letters", () => {
    expect(unicodeMembers("P", "Lu")).toBe("\\P{Lu}");
    expect(unicodeMembers("p", "^Lu")).toBe("\\P{Lu}");
    expect(unicodeMembers("P", "^Lu")).toBe("\\p{Lu}");
    expect(unicodeMembers("p", "^l-_ u")).toBe("\\P{Lu}");
  });

  test.each(["", "^", "X", "Lx", "Mx", "Nx", "Px", "Sx", "Zx", "Cx", "lL^", "1Lu", "Lu1", "L^u"])(
    "%j is none, which the builder refuses",
    (name) => {
      expect(() => unicodeMembers("p", name)).toThrow(new NotTranslated("refused"));
    },
  );

  test.each(["Greek", "Old_Italic", "Any"])("%s is the builder's alone", (name) => {
    expect(() => unicodeMembers("p", name)).toThrow(new NotTranslated("incomparable"));
  });
});
