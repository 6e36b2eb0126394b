import { existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Report } from "../terminal/refusal";

/**
 * Terraform empties the file of a state each time before it writes it. Killed between the two, it leaves a file
 * of no bytes, and the next one takes that for an environment of which nothing exists.
 *
 * @see https://developer.hashicorp.com/terraform/language/backend/local
 */

/** How long a file must stay cut before nobody is writing it, in milliseconds. */
const SETTLED = 2000;

/** How often a state is copied while Terraform changes it, and how soon after it was found cut. */
const COPY_EVERY = 1000;
const AGAIN_AFTER = 50;

/** Keeps a whole copy of a state beside it while Terraform runs, which goes once Terraform leaves it whole. */
export function copyWhileRunning(file: string, run: Promise<unknown>): void {
  let copied: string | undefined;
  const copy = () => {
    const state = wholeState(file);
    if (state !== undefined && state !== copied) replace(copyOf(file), state);
    copied = state ?? copied;
    timer = setTimeout(copy, state === undefined ? AGAIN_AFTER : COPY_EVERY);
  };
  let timer = setTimeout(copy, COPY_EVERY);
  const end = () => {
    clearTimeout(timer);
    if (wholeState(file) !== undefined) rmSync(copyOf(file), { force: true });
  };
  run.then(end, end);
}

/**
 * Puts the newest whole copy in the place of a state that a killed Terraform has cut off: this one's, or the
 * backup that Terraform makes before its first change.
 */
export async function restoreCutState(file: string, report: Report): Promise<void> {
  if (!existsSync(file) || !(await isCut(file))) return;
  const [newest] = [copyOf(file), `${file}.backup`]
    .filter((copy) => wholeState(copy) !== undefined)
    .sort((one, other) => statSync(other).mtimeMs - statSync(one).mtimeMs);
  // Killed before its first change: there is nothing to lose.
  if (newest === undefined) return;
  replace(file, readFileSync(newest, "utf8"));
  report("a killed Terraform has cut off its state; the last whole copy of it is back");
}

/** Whether a state is not whole, and nobody changes it. */
async function isCut(file: string): Promise<boolean> {
  let changed = statSync(file).mtimeMs;
  let since = performance.now();
  while (wholeState(file) === undefined) {
    if (performance.now() - since > SETTLED) return true;
    await sleep(AGAIN_AFTER);
    const now = statSync(file).mtimeMs;
    if (now !== changed) [changed, since] = [now, performance.now()];
  }
  return false;
}

/** The text of a state; `undefined` for a file that is not there or is cut off. */
function wholeState(file: string): string | undefined {
  if (!existsSync(file)) return undefined;
  const text = readFileSync(file, "utf8");
  try {
    JSON.parse(text);
    return text;
  } catch {
    return undefined;
  }
}

function copyOf(file: string): string {
  return `${file}.whole`;
}

/** At once, so that a copy is never cut itself. A state has secrets. */
function replace(file: string, text: string): void {
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
