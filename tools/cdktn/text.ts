import type { Successors } from "./packages";

/** What both command lines can be told to do. */
const SUBCOMMANDS = "synth|diff|deploy|destroy|list|output|get|provider|convert|debug|watch";

/** Names that cdktn has kept, so that states, caches and pipelines stay as they are. */
const KEPT = /cdktf\.(json|out|log|[\w-]+\.tfstate)|\.cdktf\b|cdktf-bridge/g;

/**
 * A text with the successors' names: where a package's name stands in quotes, alone or before a path
 * (imports, lint rules, `code` in Markdown), and where a command line runs cdktf. Prose stays.
 */
export function switchText(text: string, successors: Successors): string {
  const names = Object.keys(successors).map((name) => name.replace("/", "\\/"));
  const quoted = new RegExp(`(?<=(["'\`]))(${names.join("|")})(?=\\1|\\/)`, "g");
  const command = new RegExp(
    `(?<![\\w./@-])cdktf(?= (?:${SUBCOMMANDS})\\b)|(?<=\\bnpx )cdktf(?![\\w.-])`,
    "g",
  );
  return text
    .replace(quoted, (name) => successors[name]?.name ?? name)
    .replace(command, successors["cdktf"]?.name ?? "cdktf");
}

/** The lines that still speak of cdktf, as `file:line: text`, without `ours`: names that are meant. */
export function remainingLines(file: string, text: string, ours: readonly string[]): string[] {
  return text.split("\n").flatMap((line, index) => {
    const rest = ours.reduce((left, name) => left.replaceAll(name, ""), line.replace(KEPT, ""));
    return rest.includes("cdktf") ? [`${file}:${index + 1}: ${line.trim()}`] : [];
  });
}
