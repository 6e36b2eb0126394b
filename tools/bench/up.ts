import { BenchProject, type CommandRun } from "./bench-project";
import { referencesIn } from "./chain";
import type { Section } from "./section";
import { WAIT_HEAD, WAIT_RULES, waitRow } from "./waits";

/** Runs of what takes less than a minute. */
const RUNS = 3;

/** A file of a shipped service, whose image and tasks follow it. */
const SOURCE = "services/flask-api/flask_api/about.py";

/** `up` of the shipped catalogue: from nothing, without a change, and with one changed line. */
export async function up(signal: AbortSignal): Promise<Section> {
  return await BenchProject.with(signal, async (project) => {
    const rowOf = (what: string, runs: readonly CommandRun[]) =>
      waitRow(what, runs, (stack) => referencesIn(project.synthesized(stack)));
    // Each row before the next run, which synthesizes anew.
    const fromNothing = rowOf("from nothing", [await project.up()]);
    const unchanged = rowOf("without a change", await repeated(project));
    const changed = await repeated(project, (run) => {
      project.append(SOURCE, `\n# Edition ${run}\n`);
    });
    return {
      about:
        "The shipped catalogue. From nothing: no local AWS, but the base images, the providers and what the " +
        `engine has kept of earlier builds; one run. The others: ${RUNS} runs, ranges of these. ${WAIT_RULES}`,
      head: WAIT_HEAD,
      rows: [fromNothing, unchanged, rowOf("with a changed line in flask-api", changed)],
    };
  });
}

async function repeated(
  project: BenchProject,
  change: (run: number) => void = () => undefined,
): Promise<CommandRun[]> {
  const runs = [];
  for (let run = 1; run <= RUNS; run++) {
    change(run);
    runs.push(await project.up());
  }
  return runs;
}
