import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { PROJECT_FOLDER } from "../../../../project";
import type { CommandResult } from "../../e2e/support/checkout";
import type { LoadResult } from "../../e2e/support/load";

/** The words that a message must contain, quoted in the table. */
export type Words = readonly (string | RegExp)[];

/** The outcome of each fault; printed at the end, and kept for `docs/faults.md`. */
export class FaultTable {
  private readonly rows: string[][] = [];
  private readonly file: string;

  constructor(name: string) {
    this.file = path.join(PROJECT_FOLDER, ".platform", "faults", `${name}.md`);
  }

  /** @param says the words that the message must contain, which the test asserts */
  add(fault: string, { seconds, exitCode, output }: CommandResult, says: Words, load?: LoadResult) {
    const requests = load ? `${load.failures.length} of ${load.sent}` : "–";
    const row = [fault, Math.round(seconds), exitCode ?? "–", requests, quoted(output, says)];
    this.rows.push(row.map(String));
  }

  print(): void {
    const head = ["fault", "seconds", "exit", "failed requests", "the message"];
    const rule = head.map(() => "---");
    const lines = [head, rule, ...this.rows].map((cells) => `| ${cells.join(" | ")} |`);
    mkdirSync(path.dirname(this.file), { recursive: true });
    writeFileSync(this.file, `${lines.join("\n")}\n`);
    console.log(lines.join("\n"));
  }
}

/** The words that the output really contains, in their order. */
function quoted(output: string, says: Words): string {
  const found = says.map((words) =>
    typeof words === "string" && output.includes(words) ? words : RegExp(words).exec(output)?.[0],
  );
  return found.filter(Boolean).join(" … ").replace(/\s+/g, " ").replaceAll("|", "\\|");
}
