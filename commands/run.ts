import { setTimeout as sleep } from "node:timers/promises";
import { type Command, InvalidArgumentError } from "commander";
import { Departure } from "../operations/tasks/departure";
import type { Place } from "../operations/tasks/deployed-task";
import { runJob } from "../operations/tasks/job-run";
import { runOneOff } from "../operations/tasks/one-off-task";
import type { Terminal } from "../operations/tasks/terminal";
import { isDenied, wordsOf } from "../operations/target/aws-error";
import { createClients } from "../operations/target/clients";
import { Interrupted, stopOnInterrupt } from "../operations/terminal/interruption";
import { Refusal } from "../operations/terminal/refusal";
import { Failure, INTERRUPTED } from "../operations/terminal/run";
import { environment, readConfig } from "../project";
import type { Config } from "../spec/config";
import { resourceName } from "../spec/names";
import { kindOf } from "../spec/service/kinds";
import { specOf } from "../spec/service/spec";
import { variablesOf } from "./environment-argument";
import { unknownServices } from "./service-argument";

/** The most characters of a command: ECS takes 8192 of overrides, which are JSON. */
const LONGEST_COMMAND = 8000;

/** The longest time for a one-off task, in minutes: a day. */
const LONGEST_MINUTES = 1440;

export function runOnce(command: Command): void {
  command
    .argument("<environment>", "an entry of environments.ts, or a preview such as pr-7")
    .argument("<service>", "an entry of the catalogue")
    .argument("[command...]", "after --: a program in the service's image, and its arguments")
    .usage("<environment> <service> [options] -- <command...>")
    .description(
      "Runs a command once, as a task of its own with the image, settings, secrets, roles and network " +
        "of the service's deployed version; prints its log and exits with its exit code. No shell reads " +
        "the words. Without a command, starts one run of a job now. Ctrl-C stops it. On the local AWS: " +
        'eval "$(npx platform env)" first.',
    )
    .option("--minutes <minutes>", "how long the command may run, 1 to 1440", readMinutes, 60)
    .addHelpText(
      "after",
      "\nExamples: npx platform run dev flask-api -- python -m flask_api.migrate\n" +
        "          npx platform run dev nightly\n" +
        "\nExit codes: those of the command; 1 also if it never ran, 130 interrupted.",
    )
    .action(
      async (
        named: string,
        service: string,
        words: readonly string[],
        { minutes }: { readonly minutes: number },
      ) => {
        process.exitCode = await runIn(placeOf(named, service), words, minutes);
      },
    );
}

function placeOf(named: string, service: string): Place {
  const { config, services, problems } = readConfig({ ...environment, ...variablesOf(named) });
  problems.push(...unknownServices([service], services));
  if (problems.length > 0) {
    throw new Refusal(problems.join("\n"), "Correct the above and run the command again.");
  }
  return { service, config, spec: specOf(service, services) };
}

async function runIn(place: Place, command: readonly string[], minutes: number): Promise<number> {
  const { config, service, spec } = place;
  if (command.length === 0 && kindOf(spec) !== "job") {
    throw new Refusal(
      `${service} is no job, so there must be a command to run in its container.`,
      `npx platform run ${config.suffix} ${service} -- python --version`,
    );
  }
  if (JSON.stringify(command).length > LONGEST_COMMAND) {
    throw new Refusal(
      `The command has more than ${LONGEST_COMMAND} characters, and ECS takes no longer one.`,
      "Put it into a file of the image.",
    );
  }
  const terminal = terminalOf(config);
  const clients = createClients({ region: config.region, maxAttempts: 3 });
  try {
    return command.length === 0
      ? await runJob(place, clients, terminal)
      : await runOneOff({ ...place, command, minutes }, clients, terminal);
  } catch (error) {
    throw inWords(error, place);
  }
}

/** Ctrl-C stops what runs, and a second one leaves its end to AWS. */
function terminalOf(config: Config): Terminal {
  const search = `aws ecs list-tasks --region ${config.region} --cluster ${resourceName(config)}`;
  const leave = () => process.exit(INTERRUPTED);
  const departure = new Departure({ report: toErrors, leave, search });
  const signal = stopOnInterrupt(
    "Interrupted: it is being stopped. Ctrl-C again leaves it to AWS.",
    () => {
      departure.want();
    },
  );
  const stopTaken = (stopCommand: string) => {
    departure.allow(stopCommand);
  };
  return { signal, stopTaken, pause: sleep, print: toOutput, report: toErrors };
}

function inWords(error: unknown, { config }: Place): unknown {
  const isTold = [Refusal, Failure, Interrupted].some((kind) => error instanceof kind);
  if (isTold) return error;
  if (isDenied(error)) {
    return new Failure([
      `AWS denies the request: ${wordsOf(error)}`,
      `→ The caller needs the policy ${config.name}-run-ENVIRONMENT, which npx platform setup creates: docs/jobs.md.`,
    ]);
  }
  return new Failure([
    `AWS could not be asked: ${wordsOf(error)}`,
    "→ `npx platform doctor` checks the credentials and the region.",
  ]);
}

function readMinutes(given: string): number {
  const minutes = Number(given);
  if (Number.isInteger(minutes) && minutes >= 1 && minutes <= LONGEST_MINUTES) return minutes;
  throw new InvalidArgumentError(`It must be a whole number from 1 to ${LONGEST_MINUTES}.`);
}

/** The log alone is this command's output. */
function toOutput(line: string): void {
  console.log(line);
}

function toErrors(line: string): void {
  console.error(line);
}
