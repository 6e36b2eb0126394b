import {
  existsSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Report } from "../terminal/refusal";

/** In milliseconds. */
export const CUT_STATE = {
  /** How long a file must stay cut before nobody is writing it. */
  settled: 2000,
  /** How often a state is copied while Terraform changes it, and how soon it is read again where it is cut. */
  copyEvery: 1000,
  againAfter: 50,
};

/** Keeps a whole copy of a state beside it while Terraform runs, which goes once Terraform leaves it whole. */
export function copyWhileRunning(file: string, run: Promise<unknown>): void {
  let copied: string | undefined;
  const copy = () => {
    const state = wholeState(file);
    if (state !== undefined && state !== copied)
      attempt(() => {
        replace(copyOf(file), state);
      });
    copied = state ?? copied;
    timer = setTimeout(copy, state === undefined ? CUT_STATE.againAfter : CUT_STATE.copyEvery);
  };
  let timer = setTimeout(copy, CUT_STATE.copyEvery);
  const end = () => {
    clearTimeout(timer);
    if (wholeState(file) !== undefined)
      attempt(() => {
        rmSync(copyOf(file), { force: true });
      });
  };
  run.then(end, end);
}

/** A full disk is Terraform's to tell: a copy that cannot be written is no reason to end here. */
function attempt(write: () => void): void {
  try {
    write();
  } catch {
    // The copy before it stays.
  }
}

/**
 * Puts the newest whole copy in the place of a state that a killed Terraform has cut off: this one's, or the
 * backup that Terraform makes before its first change. Terraform empties the file each time before it writes it,
 * and takes one of no bytes for an environment of which nothing exists.
 *
 * @see https://developer.hashicorp.com/terraform/language/backend/local
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

/** Runs a Terraform of which only the folder of its states is known: restores those, and copies them meanwhile. */
export async function keepingStates<T>(
  folder: string,
  report: Report,
  run: () => Promise<T>,
): Promise<T> {
  const found = existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: "utf8" })
    : [];
  const states = found
    .filter((name) => name.endsWith(".tfstate"))
    .map((name) => path.join(folder, name));
  for (const file of states) await restoreCutState(file, report);
  const running = run();
  for (const file of states) copyWhileRunning(file, running);
  return await running;
}

/** Whether a state is not whole, and nobody changes it. */
async function isCut(file: string): Promise<boolean> {
  let changed = statSync(file).mtimeMs;
  let since = performance.now();
  while (wholeState(file) === undefined) {
    if (performance.now() - since > CUT_STATE.settled) return true;
    await sleep(CUT_STATE.againAfter);
    const now = statSync(file).mtimeMs;
    if (now !== changed) [changed, since] = [now, performance.now()];
  }
  return false;
}

/** The text of a state; `undefined` for a file that is not there or is cut off. */
function wholeState(file: string): string | undefined {
  try {
    const text = readFileSync(file, "utf8");
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
  const next = `${file}.new`;
  try {
    writeFileSync(next, text, { mode: 0o600 });
    renameSync(next, file);
  } finally {
    rmSync(next, { force: true });
  }
}
