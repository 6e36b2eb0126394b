import type { Command } from "commander";
import { readLocalSettings } from "../local/aws/settings";
import { Machine } from "../local/prepared-machine";
import { closing } from "../operations/terminal/closing";
import { stopOnInterrupt } from "../operations/terminal/interruption";
import { runPhases } from "../operations/terminal/phases";
import { services } from "../services";

export function localAws(command: Command): void {
  command
    .description(
      "Prepares this machine and starts the local AWS, as platform up does, and deploys nothing: to " +
        "try there what is done on AWS, with the same commands. platform down ends it.",
    )
    .action(start);
}

async function start(): Promise<void> {
  const machine = new Machine(readLocalSettings(), Object.keys(services));
  const phases = [...machine.toolPhases(), ...machine.awsPhases()];
  const results = await runPhases(phases, stopOnInterrupt());
  console.log(closing(results, 'eval "$(npx platform env)", then npx platform deploy'));
}
