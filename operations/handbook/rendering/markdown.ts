import {
  type Block,
  type HandbookDocument,
  type Inline,
  type Section,
  type Text,
  pieces,
} from "./document";
import { mermaidLines } from "./mermaid";

/** The handbook as GitHub's Markdown, which draws the diagram. */
export function markdownOf({ title, written, blocks, sections }: HandbookDocument): string {
  const parts = [
    `# ${plain(title)}`,
    plain(written),
    ...blocks.map(blockOf),
    ...sections.flatMap((section) => sectionOf(section, 2)),
  ];
  return `${parts.join("\n\n")}\n`;
}

function sectionOf({ title, blocks, sections = [] }: Section, level: number): string[] {
  return [
    `${"#".repeat(level)} ${plain(title)}`,
    ...blocks.map(blockOf),
    ...sections.flatMap((each) => sectionOf(each, level + 1)),
  ];
}

function blockOf(block: Block): string {
  switch (block.kind) {
    case "paragraph":
      return textOf(block.text);
    case "notice":
      return `> **Note:** ${textOf(block.text)}`;
    case "facts":
      return block.facts
        .map(([name, value]) => `- **${plain(name)}:** ${textOf(value)}`)
        .join("\n");
    case "table":
      return tableOf(block.head, block.rows);
    case "steps":
      return block.items.map((item, index) => `${index + 1}. ${textOf(item)}`).join("\n");
    case "list":
      return block.items.map((item) => `- ${textOf(item)}`).join("\n");
    case "code":
      return fenced(block.language, block.lines);
    case "diagram":
      return [
        fenced("mermaid", mermaidLines(block.topology)),
        "Requests are solid arrows, messages are dashed, and data is a line without an arrow.",
      ].join("\n\n");
  }
}

function tableOf(head: readonly string[], rows: readonly (readonly Text[])[]): string {
  return [
    row(head.map(plain)),
    row(head.map(() => "---")),
    ...rows.map((cells) => row(cells.map((cell) => textOf(cell, true)))),
  ].join("\n");
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

/** A fence is longer than any in the lines. */
function fenced(language: string, lines: readonly string[]): string {
  const fence = "`".repeat(Math.max(3, longestRun(lines.join("\n")) + 1));
  return [fence + language, ...lines, fence].join("\n");
}

function textOf(text: Text, inTable = false): string {
  return pieces(text)
    .map((piece) => inlineOf(piece, inTable))
    .join("");
}

function inlineOf(piece: Inline, inTable: boolean): string {
  if (typeof piece === "string") return plain(piece);
  if ("code" in piece) return span(piece.code, inTable);
  return `[${plain(piece.link)}](<${target(piece.to)}>)`;
}

/** A code span. A table ends a cell at each pipe without a backslash, also within code. */
function span(code: string, inTable: boolean): string {
  const ticks = "`".repeat(longestRun(code) + 1);
  const room = code.includes("`") ? " " : "";
  const text = code.replaceAll(/\s+/g, " ");
  return `${ticks}${room}${inTable ? text.replaceAll("|", "\\|") : text}${room}${ticks}`;
}

/** The most backticks in a row. */
function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
}

/** An address between angle brackets, which ends at a bracket or a space; in a table, at a pipe. */
function target(address: string): string {
  return address.replaceAll(/[<>\\|\s]/g, encodeURIComponent);
}

/** Text in which nothing is markup, HTML's included. */
function plain(text: string): string {
  return text
    .replaceAll(/\s+/g, " ")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll(/[\\`*_[\]|~]/g, (sign) => `\\${sign}`);
}
