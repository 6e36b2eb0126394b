import { Listr } from "listr2";
import { every } from "./progress";
import type { Report } from "./refusal";

/** A long, named step; it reports what it waits for and returns a short summary. */
export interface Phase {
  readonly title: string;
  readonly run: (report: Report) => Promise<string | undefined>;
}

/** The outcome and duration of a phase. */
export interface PhaseResult {
  readonly title: string;
  readonly outcome: string;
  readonly seconds: number;
}

/** Without a terminal, a line every ten seconds is enough. */
const QUIET_MS = 10_000;

/**
 * Runs phases one after the other and shows the progress of the current one. The first failure ends
 * the run and is thrown.
 */
export async function runPhases(
  phases: readonly Phase[],
  signal: AbortSignal,
): Promise<PhaseResult[]> {
  const results: PhaseResult[] = [];
  const interactive = process.stdout.isTTY;
  const tasks = phases.map(({ title, run }) => ({
    title,
    task: async (_: unknown, task: { title: string; output: string }) => {
      signal.throwIfAborted();
      const started = performance.now();
      const show = (line: string) => {
        task.output = line;
      };
      const outcome = (await run(interactive ? show : every(QUIET_MS, show))) ?? "";
      const seconds = (performance.now() - started) / 1000;
      results.push({ title, outcome, seconds });
      task.title = `${title}: ${[outcome, `${seconds.toFixed(1)} s`].filter(Boolean).join(", ")}`;
    },
  }));
  await new Listr(tasks, {
    concurrent: false,
    renderer: interactive ? "default" : "simple",
    rendererOptions: interactive ? { showErrorMessage: false, collapseErrors: false } : {},
    registerSignalListeners: false,
  }).run();
  return results;
}
