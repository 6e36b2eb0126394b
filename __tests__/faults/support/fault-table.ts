import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { PROJECT_FOLDER } from "../../../stacks/config";
import type { CommandResult } from "../../e2e/support/checkout";
import type { LoadResult } from "../../e2e/support/load";

const FILE = path.join(PROJECT_FOLDER, ".platform", "faults.md");

/** What each fault came to; printed in the end, and kept for `docs/faults.md`. */
export class FaultTable {
  private readonly rows: string[][] = [];

  add(fault: string, { seconds, exitCode, output }: CommandResult, load?: LoadResult): void {
    const requests = load ? `${load.failures.length} of ${load.sent}` : "–";
    const row = [fault, Math.round(seconds), exitCode ?? "–", requests, firstWords(output)];
    this.rows.push(row.map(String));
  }

  print(): void {
    const head = ["fault", "seconds", "exit", "failed requests", "what the message begins with"];
    const rule = head.map(() => "---");
    const lines = [head, rule, ...this.rows].map((cells) => `| ${cells.join(" | ")} |`);
    mkdirSync(path.dirname(FILE), { recursive: true });
    writeFileSync(FILE, `${lines.join("\n")}\n`);
    console.log(lines.join("\n"));
  }
}

/** The line after `platform failed.`, which is the cause. */
function firstWords(output: string): string {
  const cause = /^(?:registry|images|platform) failed\.\n(.+)$/m.exec(output)?.[1];
  return (cause ?? "").trim().replaceAll("|", "\\|").slice(0, 120);
}
