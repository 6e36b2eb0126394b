import { existsSync, readFileSync, writeFileSync } from "node:fs";
import type { Stryker } from "@stryker-mutator/core";
import { isIn } from "./parts.mjs";

type Mutant = Awaited<ReturnType<Stryker["runMutationTest"]>>[number];

type Tried = Pick<Mutant, "location" | "status">;

/** A report in Stryker's own format. */
interface Report {
  readonly files: Record<string, { mutants: Tried[] }>;
}

/** Whether a fault lies in a folder, in a file, or within the lines of one: `file:first-last`. */
function isWithin(file: string, { location }: Tried, code: string): boolean {
  const [, name = code, first = 0, last = Infinity] = /^(.+):(\d+)-(\d+)$/.exec(code) ?? [];
  return (
    isIn(file, name) && location.start.line >= Number(first) && location.end.line <= Number(last)
  );
}

/**
 * Has what nothing noticed tried again. Stryker would only do so if it knew of a new test that reaches the
 * fault, which it cannot where tests share a synthesis.
 */
export function forgetUnnoticed(file: string, mutate: readonly string[]): void {
  if (!existsSync(file)) return;
  const report = JSON.parse(readFileSync(file, "utf8")) as Report;
  for (const [name, tried] of Object.entries(report.files)) {
    tried.mutants = tried.mutants.filter(
      (mutant) =>
        mutant.status === "Killed" || !mutate.some((code) => isWithin(name, mutant, code)),
    );
  }
  writeFileSync(file, JSON.stringify(report));
}

/** What of the code has been tried, in this run or one before it. */
export function score(code: string, mutants: readonly Mutant[]): string {
  const count = (...statuses: readonly Mutant["status"][]) =>
    mutants.filter(({ status }) => statuses.includes(status)).length;
  const noticed = count("Killed", "Timeout");
  const all = noticed + count("Survived", "NoCoverage");
  const files = new Set(mutants.map(({ fileName }) => fileName)).size;
  const percent = ((100 * noticed) / all).toFixed(1);
  return `${code.padEnd(24)} ${noticed} of ${all}, ${percent} %, in ${files} files`;
}
