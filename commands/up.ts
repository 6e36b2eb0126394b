import type { Command } from "commander";
import { deployStacks } from "../operations/deployment/deploy-stacks";
import { stopOnInterrupt } from "../operations/terminal/interruption";
import { runLanes } from "../operations/terminal/phases";
import { Refusal } from "../operations/terminal/refusal";
import { closing } from "../operations/terminal/closing";
import { synthesize } from "../operations/terraform/synthesis";
import { services as catalogue } from "../services";
import { enforcesSecurityGroups, unenforcedNotice } from "../local/aws/local-aws";
import { localTarget } from "../local/target";
import { Machine } from "../local/prepared-machine";
import { readStatus } from "../local/verification/service-status";
import { serviceTable } from "../local/verification/service-table";
import { readLocalSettings } from "../local/aws/settings";
import { environment } from "../project";
import { variablesOf, withEnvironment } from "./environment-argument";
import { runningServices } from "../spec/service/kinds";

export function up(command: Command): void {
  withEnvironment(command)
    .description(
      "Prepares this machine, starts the local AWS and deploys the three stacks to it. Safe to " +
        "repeat: only changes are deployed.",
    )
    .action(deployLocally);
}

async function deployLocally(named: string | undefined): Promise<void> {
  const settings = readLocalSettings({ ...environment, ...variablesOf(named) });
  const { kind } = settings.config.backend;
  if (kind !== "local") {
    throw new Refusal(
      `up keeps its states in files of this checkout, but PLATFORM_BACKEND is ${kind}.`,
      'unset PLATFORM_BACKEND. To keep states elsewhere, with the local AWS running: eval "$(npx platform env)", then npx platform deploy',
    );
  }
  const services = runningServices(settings.services).map(([name]) => name);
  const signal = stopOnInterrupt();
  await synthesize({ ...settings, signal });

  const machine = new Machine(settings, settings.services);
  await runLanes(machine.lanes(), signal);
  const target = localTarget(machine, settings, signal);
  await deployStacks(target);

  const statuses = await readStatus(target.clients.ecs, services, settings.config);
  console.log(serviceTable(statuses, catalogue, settings));
  if (!(await enforcesSecurityGroups(settings.port))) {
    console.log(unenforcedNotice(settings.port));
  }
  console.log(closing("npx platform verify"));
}
