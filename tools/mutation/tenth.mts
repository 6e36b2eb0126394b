import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

const WINDOW = 10;
const STEP = 100;

/** The files of what is to be tried: a folder's, with those below it, or the one that is named. */
function filesOf(code: string): readonly string[] {
  const isOfFolder = code.endsWith("/*.ts");
  if (code.endsWith(".ts") && !isOfFolder) return [code];
  const folder = isOfFolder ? path.dirname(code) : code;
  return readdirSync(folder, { recursive: !isOfFolder, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => path.join(folder, name))
    .toSorted();
}

/**
 * Ten lines of every hundred, counted through all the files, as `file:first-last`. Stryker tries the faults
 * that lie within them; those of longer statements and blocks are in no tenth.
 *
 * @param nth 0 to 9: which ten of the hundred
 * @see https://stryker-mutator.io/docs/stryker-js/configuration/#mutate-string
 */
export function tenth(mutate: readonly string[], nth: number): readonly string[] {
  const windows: string[] = [];
  let before = 0;
  for (const file of mutate.flatMap(filesOf)) {
    const lines = readFileSync(file, "utf8").split("\n").length - 1;
    // The first may begin in the files before, and end in this one.
    for (let first = nth * WINDOW - (before % STEP); first < lines; first += STEP) {
      const [from, to] = [Math.max(first, 0) + 1, Math.min(first + WINDOW, lines)];
      if (from <= to) windows.push(`${file}:${from}-${to}`);
    }
    before += lines;
  }
  return windows;
}
