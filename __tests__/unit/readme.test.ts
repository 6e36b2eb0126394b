import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { PROJECT_FOLDER } from "../../project";
import { wordsOf } from "../../spec/service/schema";

const readme = readFileSync(path.join(PROJECT_FOLDER, "README.md"), "utf8");

/** The rows of the table of words: each word with the kinds that have it. */
const rows = [...readme.matchAll(/^\| `(\w+)` +\| ((?:service|worker|job)[\w, ]*?) +\|/gm)].map(
  ([, word = "", kinds = ""]): [string, string[]] => [word, kinds.split(", ")],
);

test("the README lists every word of the catalogue, with the kinds that have it", () => {
  const kinds = ["service", "worker", "job"] as const;
  const words = new Set(kinds.flatMap(wordsOf));
  expect(rows.map(([word]) => word).sort()).toEqual([...words].sort());
  for (const [word, of] of rows) {
    expect([word, of]).toEqual([word, kinds.filter((kind) => wordsOf(kind).includes(word))]);
  }
});
