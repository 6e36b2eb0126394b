import { setTimeout as sleep } from "node:timers/promises";
import type { Command } from "commander";
import { enter } from "../operations/exec/enter";
import { createClients } from "../operations/target/clients";
import { connect } from "../operations/target/engine";
import { Refusal } from "../operations/terminal/refusal";
import { environment, readConfig } from "../project";
import { specOf } from "../spec/service/spec";
import { variablesOf } from "./environment-argument";
import { unknownServices, withService } from "./service-argument";

interface ExecOptions {
  readonly task?: string;
  readonly container?: string;
}

export function execInTask(command: Command): void {
  withService(command)
    .argument(
      "[command...]",
      "after --: a program of the container, and its arguments (default: /bin/sh)",
    )
    .usage("<environment> <service> [options] [-- <command...>]")
    .description(
      "Runs a command in a running task of a service, as root, connected to this terminal; without one, a " +
        "shell. No shell reads the words. Only in an environment with exec in environments.ts. On AWS it needs " +
        "the session-manager-plugin, and AWS ends a session after 20 idle minutes. On the local AWS: " +
        'eval "$(npx platform env)" first.',
    )
    .option("--task <id>", "the ID of the task, or its beginning (default: the newest healthy one)")
    .option("--container <name>", "a sidecar of the service (default: the service's own container)")
    .addHelpText(
      "after",
      "\nExamples: npx platform exec dev flask-api\n" +
        "          npx platform exec dev flask-api -- python -c 'print(1)'\n" +
        "\nThe input must be a terminal; in a script, use npx platform run.\n" +
        "\nExit codes: 0 the session is over, which says nothing about the connection or the command: AWS's plugin " +
        "tells neither; 1 refused or failed.",
    )
    .action(execIn);
}

async function execIn(
  named: string,
  service: string,
  words: readonly string[],
  { task, container }: ExecOptions,
): Promise<void> {
  const { config, services, problems } = readConfig({ ...environment, ...variablesOf(named) });
  problems.push(...unknownServices([service], services));
  if (problems.length > 0) {
    throw new Refusal(problems.join("\n"), "Correct the above and run the command again.");
  }
  const { stdin: input, stdout: output } = process;
  await enter(
    { service, config, spec: specOf(service, services), container, task, command: words },
    {
      clients: createClients({ region: config.region, maxAttempts: 3 }),
      engine: () => connect(environment["DOCKER_HOST"]),
      profile: environment["AWS_PROFILE"] ?? "",
      proxy: environment["HTTPS_PROXY"] ?? environment["https_proxy"] ?? "",
      streams: { input, output },
      report: (line) => {
        console.error(line);
      },
      pause: sleep,
    },
  );
}
