import type { Successors } from "./packages";

/** The subcommands that both command lines have. */
const SUBCOMMANDS = "synth|diff|deploy|destroy|list|output|get|provider|convert|debug|watch";

/** Names that cdktn keeps, so that states, caches and pipelines need no change. */
const KEPT = /cdktf\.(json|out|log|[\w-]+\.tfstate)|\.cdktf\b|cdktf-bridge/g;

/**
 * Replaces package names with their successors' names: quoted names, alone or followed by a path
 * (imports, lint rules, `code` in Markdown), and command lines that run cdktf. Keeps prose unchanged.
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

/** The lines that still mention cdktf, as `file:line: text`; ignores the intended names in `ours`. */
export function remainingLines(file: string, text: string, ours: readonly string[]): string[] {
  return text.split("\n").flatMap((line, index) => {
    const rest = ours.reduce((left, name) => left.replaceAll(name, ""), line.replace(KEPT, ""));
    return rest.includes("cdktf") ? [`${file}:${index + 1}: ${line.trim()}`] : [];
  });
}
