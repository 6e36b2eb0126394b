import { Listr, type ListrTask } from "listr2";
import { every } from "./progress";
import type { Report } from "./refusal";

/** A long, named step; it reports what it waits for and returns a short summary. */
export interface Phase {
  readonly title: string;
  readonly run: (report: Report) => Promise<string | undefined>;
}

/** A phase that has ended, and its summary. */
export interface PhaseResult {
  readonly title: string;
  readonly outcome: string;
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
  return await runLanes([phases], signal);
}

/**
 * Runs several sequences of phases at once. After a failure no other phase starts; those that are
 * running come to their end, then the failure is thrown.
 */
export async function runLanes(
  lanes: readonly (readonly Phase[])[],
  signal: AbortSignal,
): Promise<PhaseResult[]> {
  const interactive = process.stdout.isTTY;
  const results: PhaseResult[] = [];
  const failures: unknown[] = [];
  const shown = ({ title, run }: Phase) => ({
    title,
    skip: () => failures.length > 0,
    task: async (_: unknown, task: { title: string; output: string }) => {
      const started = performance.now();
      const show = (line: string) => {
        task.output = line;
      };
      try {
        signal.throwIfAborted();
        const outcome = (await run(interactive ? show : every(QUIET_MS, show))) ?? "";
        results.push({ title, outcome });
        const seconds = (performance.now() - started) / 1000;
        task.title = `${title}: ${[outcome, `${seconds.toFixed(1)} s`].filter(Boolean).join(", ")}`;
      } catch (error) {
        failures.push(error);
        throw error;
      }
    },
  });
  const tasks = lanes.map((phases): ListrTask => ({
    task: (_, lane) => lane.newListr(phases.map(shown), { concurrent: false, exitOnError: true }),
  }));
  await new Listr(tasks, {
    concurrent: true,
    exitOnError: false,
    renderer: interactive ? "default" : "simple",
    rendererOptions: interactive ? { showErrorMessage: false, collapseErrors: false } : {},
    registerSignalListeners: false,
  }).run();
  if (failures.length > 0) throw failures[0];
  return results;
}
