import type { Command } from "commander";
import { restart } from "../operations/rollouts/restart";
import { readTarget } from "../operations/target/target";
import { closing } from "../operations/terminal/closing";
import { stopOnInterrupt } from "../operations/terminal/interruption";
import { runPhases } from "../operations/terminal/phases";
import type { Report } from "../operations/terminal/refusal";
import { INTERRUPTED } from "../operations/terminal/run";
import { variablesOf } from "./environment-argument";
import { requireServices, withService } from "./service-argument";

export function restartService(command: Command): void {
  withService(command)
    .description(
      "Makes ECS replace a service's tasks, one by one and only by healthy ones, with the same revision; " +
        "waits until that is complete, at most as long as a deployment of the service may take. Ctrl-C " +
        'ends only the wait. On the local AWS: eval "$(npx platform env)" first.',
    )
    .addHelpText(
      "after",
      "\nExit codes: 0 the new tasks are healthy, 1 refused or failed, with the reason, 130 interrupted.",
    )
    .action(restartIn);
}

async function restartIn(named: string, service: string): Promise<void> {
  const signal = stopOnInterrupt("Interrupted.", () => process.exit(INTERRUPTED));
  const target = readTarget(signal, variablesOf(named));
  requireServices([service], target.services);
  const { suffix } = target.config;
  const run = async (report: Report) => {
    await restart({ ...target, service, report });
    return "its new tasks are healthy";
  };
  await runPhases([{ title: `Restart of ${service} in ${suffix}`, run }], signal);
  console.log(closing(`npx platform status ${suffix}`));
}
