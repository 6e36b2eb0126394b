import { expect, test } from "vitest";
import type {
  Block,
  HandbookDocument,
} from "../../../../../operations/handbook/rendering/document";
import { markdownOf } from "../../../../../operations/handbook/rendering/markdown";

const page = (...blocks: readonly Block[]): HandbookDocument => {
  return { title: "Title", written: "Written.", blocks, sections: [] };
};

/** The lines of blocks, without the head of the page. */
const linesOf = (...blocks: readonly Block[]) =>
  markdownOf(page(...blocks))
    .trim()
    .split("\n")
    .slice(4);

test("a pipe ends no cell, neither in text nor in code", () => {
  const rows = [["a|b", [{ code: "grep 'A|B'" }]]];
  expect(linesOf({ kind: "table", caption: "c", head: ["one", "two|three"], rows })).toEqual([
    String.raw`| one | two\|three |`,
    "| --- | --- |",
    String.raw`| a\|b | ${"`grep 'A\\|B'`"} |`,
  ]);
});

test("a new line in a name ends no row", () => {
  const lines = linesOf({ kind: "table", caption: "c", head: ["one"], rows: [["a\nb"]] });
  expect(lines).toHaveLength(3);
});

test("HTML and Markdown in a text are text", () => {
  expect(linesOf({ kind: "paragraph", text: "<b>*a* _b_ [c](d) `e`</b> &amp;" })).toEqual([
    String.raw`&lt;b&gt;\*a\* \_b\_ \[c\](d) ${"\\`e\\`"}&lt;/b&gt; &amp;amp;`,
  ]);
});

test("code stays as it is, also with backticks in it", () => {
  expect(linesOf({ kind: "paragraph", text: [{ code: "a`b <c>" }] })).toEqual(["`` a`b <c> ``"]);
  expect(linesOf({ kind: "code", language: "sh", lines: ["echo '```'"] })).toEqual([
    "````sh",
    "echo '```'",
    "````",
  ]);
});

test("a fence is longer than the longest run of one line, not of all", () => {
  const lines = ["a `", "` b"];
  expect(linesOf({ kind: "code", language: "text", lines })).toEqual(["```text", ...lines, "```"]);
});

test("code within a text is one line, with one space for each gap", () => {
  expect(linesOf({ kind: "paragraph", text: [{ code: "a \n\t b" }] })).toEqual(["`a b`"]);
});

test("an address cannot end its link", () => {
  const link = { link: "a", to: "https://x/>)[b](y) z|" };
  expect(linesOf({ kind: "paragraph", text: [link] })).toEqual([
    "[a](<https://x/%3E)[b](y)%20z%7C>)",
  ]);
});
