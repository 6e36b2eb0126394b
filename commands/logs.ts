import { setTimeout as sleep } from "node:timers/promises";
import { type Command, InvalidArgumentError, Option } from "commander";
import { logsOf } from "../operations/logs/log-groups";
import { type LogLine, printedLine } from "../operations/logs/log-line";
import { LogReader } from "../operations/logs/log-reader";
import { SINCE_FORMS, readSince } from "../operations/logs/since";
import { createClients } from "../operations/target/clients";
import { stopOnInterrupt } from "../operations/terminal/interruption";
import { endWithReader } from "../operations/terminal/pipe";
import { Refusal } from "../operations/terminal/refusal";
import { INTERRUPTED } from "../operations/terminal/run";
import { environment, readConfig } from "../project";
import { variablesOf, withEnvironment } from "./environment-argument";
import { requireServices } from "./service-argument";

interface LogsOptions {
  readonly follow?: boolean;
  readonly since: Date;
  readonly grep?: RegExp;
}

/** CloudWatch throttles an account's requests for seconds. */
const ATTEMPTS = 10;

/** @default of `--since` */
const TEN_MINUTES = "10m";

export function logs(command: Command): void {
  withEnvironment(command)
    .description(
      "Prints the logs of services and jobs in order of time: those of all tasks and all containers, each " +
        "line with its time in UTC, service, task, and container if that is not the service's own. Reads " +
        'only. On the local AWS: eval "$(npx platform env)" first.',
    )
    .argument("[service...]", "services and jobs of the catalogue (default: all)")
    .option("-f, --follow", "print the lines that come, until Ctrl-C")
    .addOption(
      new Option("--since <time>", SINCE_FORMS)
        .argParser(timeOf)
        .default(timeOf(TEN_MINUTES), TEN_MINUTES),
    )
    .option(
      "--grep <pattern>",
      "print only lines that match this regular expression of JavaScript; it is applied here, so all " +
        "lines are fetched",
      patternOf,
    )
    .addHelpText(
      "after",
      "\nExamples: npx platform logs dev flask-api --since 2h --grep 'ERROR|5\\d\\d'\n" +
        "          npx platform logs dev --follow\n" +
        "\nExit codes: 0 done, 1 refused, nothing is deployed or AWS could not be asked, 130 interrupted.",
    )
    .action(printLogs);
}

async function printLogs(
  named: string | undefined,
  wanted: readonly string[],
  { follow = false, since, grep }: LogsOptions,
): Promise<void> {
  const { config, services, problems } = readConfig({ ...environment, ...variablesOf(named) });
  if (problems.length > 0)
    throw new Refusal(problems.join("\n"), "Correct the above and run the command again.");
  requireServices(wanted, services);
  const names = wanted.length > 0 ? wanted : Object.keys(services);
  const width = Math.max(...names.map((name) => name.length));
  const signal = stopOnInterrupt("Interrupted.", () => process.exit(INTERRUPTED));
  endWithReader(process.stdout, (code) => process.exit(code));
  const print = (line: LogLine) => {
    if (grep?.test(line.message) !== false) console.log(printedLine(line, width));
  };
  const report = (line: string) => {
    console.error(line);
  };
  const { logs: client } = createClients({ region: config.region, maxAttempts: ATTEMPTS });
  const pause = (ms: number) => sleep(ms, undefined, { signal }).catch(() => undefined);
  const reader = new LogReader(
    {
      logs: logsOf(names, { config, services }),
      since: since.getTime(),
      print,
      report,
      now: Date.now,
    },
    { client, signal, pause },
  );
  if (follow) await reader.follow();
  else if (!(await reader.read())) process.exitCode = 1;
  if (signal.aborted) process.exitCode = INTERRUPTED;
}

function timeOf(given: string): Date {
  const time = readSince(given, new Date());
  if (time) return time;
  throw new InvalidArgumentError(`It must be ${SINCE_FORMS}, after 1970 and not in the future.`);
}

function patternOf(given: string): RegExp {
  try {
    return new RegExp(given);
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? `${error.message}.` : "");
  }
}
