import { createClients } from "../diagnosis/clients";
import { services as catalogue } from "../services";
import { explainFailure } from "../deployment/failure";
import { stopOnInterrupt } from "../deployment/interruption";
import { clientSettings } from "./local-urls";
import { enforcesSecurityGroups, unenforcedNotice } from "./local-aws";
import { Machine } from "./machine";
import { type Phase, runPhases } from "../deployment/phases";
import { stopProbes } from "../deployment/probes";
import { Failure, run } from "../deployment/run";
import { readStatus } from "./service-status";
import { readLocalSettings } from "./settings";
import { describeChanges } from "../deployment/stack-progress";
import { phaseTable } from "../deployment/phase-table";
import { serviceTable } from "./service-table";
import { synthesize } from "../deployment/synthesis";
import { STACKS, StackFailure, type StackName, runStack } from "../deployment/terraform-stack";

/**
 * `npm run up`: prepares this machine, starts the local AWS and deploys the three stacks to it. Safe
 * to repeat: what is there stays, what changed is deployed. Mistakes in the catalogue or the
 * settings end it before anything is created.
 */
async function up(): Promise<void> {
  const settings = readLocalSettings();
  const { config, environment } = settings;
  const services = Object.keys(catalogue);
  const signal = stopOnInterrupt();
  await synthesize(environment);

  const machine = new Machine(settings, services);
  const clients = createClients(clientSettings(settings));
  const deploy = (stack: StackName): Phase => ({
    title: `Stack ${stack}`,
    run: async (report) => {
      const { terraform, docker } = machine;
      const changes = await runStack("apply", stack, { terraform, environment, signal, report });
      if (stack === "images") await stopProbes(docker, config);
      return describeChanges(changes);
    },
  });
  try {
    const phases = [...machine.toolPhases(), ...machine.awsPhases(), ...STACKS.map(deploy)];
    const results = await runPhases(phases, signal);
    const statuses = await readStatus(clients.ecs, services, config);
    console.log(serviceTable(statuses, catalogue, settings));
    console.log(phaseTable(results));
    if (!(await enforcesSecurityGroups(settings.port))) {
      console.log(unenforcedNotice(settings.port));
    }
  } catch (error) {
    if (!(error instanceof StackFailure)) throw error;
    const context = { docker: machine.docker, clients, services, config };
    const lines = await explainFailure(error, context);
    await stopProbes(machine.docker, config);
    throw new Failure(lines);
  }
}

run(up);
