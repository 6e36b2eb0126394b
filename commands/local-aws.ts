import type { Command } from "commander";
import { readLocalSettings } from "../local/aws/settings";
import { Machine } from "../local/prepared-machine";
import { closing } from "../operations/terminal/closing";
import { stopOnInterrupt } from "../operations/terminal/interruption";
import { runLanes } from "../operations/terminal/phases";
import { services } from "../services";

export function localAws(command: Command): void {
  command
    .description(
      "Prepares this machine and starts the local AWS like platform up, but deploys nothing: for " +
        "trying the commands for AWS there. platform down removes it.",
    )
    .action(start);
}

async function start(): Promise<void> {
  const machine = new Machine(readLocalSettings(), services);
  await runLanes(machine.lanes(), stopOnInterrupt());
  console.log(closing('eval "$(npx platform env)", then npx platform deploy'));
}
