import { clearScreenDown, cursorTo } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { type Command, Option } from "commander";
import type { StatusEntry } from "../operations/status/entry";
import { environmentStatus } from "../operations/status/environment-status";
import { COLUMNS, statusCells } from "../operations/status/status-line";
import { type StatusWatch, changesPrinter, watchStatus } from "../operations/status/status-watch";
import { wordsOf } from "../operations/target/aws-error";
import { createClients } from "../operations/target/clients";
import { stopOnInterrupt } from "../operations/terminal/interruption";
import { endWithReader } from "../operations/terminal/pipe";
import { INTERRUPTED } from "../operations/terminal/run";
import { table } from "../operations/terminal/table";
import { REFUSED, environment, readConfig } from "../project";
import { variablesOf, withEnvironment } from "./environment-argument";

interface StatusOptions {
  readonly json?: boolean;
  readonly watch?: boolean;
}

/** Between two looks of `--watch`. */
const WATCH_MS = 5_000;

export function status(command: Command): void {
  withEnvironment(command)
    .description(
      "Shows each service and job of an environment in one line: running, desired and unhealthy tasks and " +
        "their range now, the state of the deployment and since when, the version that runs, healthy targets, the last " +
        "run of a job, and the messages of the queues that it receives. Reads only. On the local AWS: " +
        'eval "$(npx platform env)" first.',
    )
    .option(
      "--watch",
      "show it anew every five seconds, until Ctrl-C; without a terminal, a line for each change",
    )
    .addOption(new Option("--json", "print JSON").conflicts("watch"))
    .addHelpText(
      "after",
      "\nExit codes: 0 all are steady and healthy, 1 one is not or AWS could not be asked, 2 a mistake in " +
        "the arguments or settings, 130 --watch was interrupted. Messages in a queue do not change it.",
    )
    .action(showStatus);
}

async function showStatus(
  named: string | undefined,
  { json = false, watch = false }: StatusOptions,
): Promise<void> {
  const { config, services, problems } = readConfig({ ...environment, ...variablesOf(named) });
  if (problems.length > 0) {
    console.error(problems.join("\n"));
    process.exitCode = REFUSED;
    return;
  }
  const clients = createClients({ region: config.region, maxAttempts: 3 });
  const read = () => environmentStatus({ config, services }, clients);
  if (watch) {
    await watchUntilInterrupt(read);
    return;
  }
  const entries = await read();
  console.log(json ? JSON.stringify(entries, undefined, 2) : drawn(entries));
  process.exitCode = entries.every(({ well }) => well) ? 0 : 1;
}

async function watchUntilInterrupt(read: StatusWatch["read"]): Promise<void> {
  const signal = stopOnInterrupt("Interrupted.", () => process.exit(INTERRUPTED));
  endWithReader(process.stdout, (code) => process.exit(code));
  await watchStatus({
    read,
    draw: process.stdout.isTTY ? redraw : changesPrinter(toOutput, () => new Date()),
    failed: (error) => {
      console.error(`AWS could not be asked, trying again: ${wordsOf(error)}`);
    },
    pause: () => sleep(WATCH_MS, undefined, { signal }).catch(() => undefined),
    signal,
  });
  process.exitCode = INTERRUPTED;
}

function redraw(entries: readonly StatusEntry[]): void {
  cursorTo(process.stdout, 0, 0);
  clearScreenDown(process.stdout);
  toOutput(drawn(entries));
}

function drawn(entries: readonly StatusEntry[]): string {
  return table(COLUMNS, entries.map(statusCells));
}

function toOutput(line: string): void {
  console.log(line);
}
