import { deployStacks } from "../../operations/deployment/deploy-stacks";
import { stopOnInterrupt } from "../../operations/terminal/interruption";
import { phaseTable } from "../../operations/terminal/table";
import { runPhases } from "../../operations/terminal/phases";
import { Refusal } from "../../operations/terminal/refusal";
import { run } from "../../operations/terminal/run";
import { synthesize } from "../../operations/terraform/synthesis";
import { services as catalogue } from "../../services";
import { enforcesSecurityGroups, unenforcedNotice } from "../aws/local-aws";
import { localTarget } from "../target";
import { Machine } from "../prepared-machine";
import { readStatus } from "../verification/service-status";
import { serviceTable } from "../verification/service-table";
import { readLocalSettings } from "../aws/settings";

/**
 * `npm run up`: prepares this machine, starts the local AWS and deploys the three stacks to it. Safe
 * to repeat: what is there stays, what changed is deployed. Mistakes in the catalogue or the
 * settings end it before anything is created.
 */
async function up(): Promise<void> {
  const settings = readLocalSettings();
  const { kind } = settings.config.backend;
  if (kind !== "local") {
    throw new Refusal(
      `up keeps its states in files of this checkout, and PLATFORM_BACKEND is ${kind}.`,
      'unset PLATFORM_BACKEND. To keep states in the S3 of a local AWS that is up: eval "$(npm run --silent env)", then npm run deploy',
    );
  }
  const services = Object.keys(catalogue);
  const signal = stopOnInterrupt();
  await synthesize(settings.environment);

  const machine = new Machine(settings, services);
  const prepared = await runPhases([...machine.toolPhases(), ...machine.awsPhases()], signal);
  const target = localTarget(machine, settings, signal);
  const deployed = await deployStacks(target);

  const statuses = await readStatus(target.clients.ecs, services, settings.config);
  console.log(serviceTable(statuses, catalogue, settings));
  console.log(phaseTable([...prepared, ...deployed]));
  if (!(await enforcesSecurityGroups(settings.port))) {
    console.log(unenforcedNotice(settings.port));
  }
}

run(up);
