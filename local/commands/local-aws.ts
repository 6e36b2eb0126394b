import { stopOnInterrupt } from "../../operations/terminal/interruption";
import { phaseTable } from "../../operations/terminal/table";
import { runPhases } from "../../operations/terminal/phases";
import { run } from "../../operations/terminal/run";
import { services } from "../../services";
import { Machine } from "../prepared-machine";
import { readLocalSettings } from "../aws/settings";

/**
 * `npm run local-aws`: prepares this machine and starts the local AWS, as `npm run up` does, and
 * deploys nothing: for a first try of what is done on AWS, with the same commands. `npm run down` ends
 * it.
 */
async function start(): Promise<void> {
  const machine = new Machine(readLocalSettings(), Object.keys(services));
  const phases = [...machine.toolPhases(), ...machine.awsPhases()];
  console.log(phaseTable(await runPhases(phases, stopOnInterrupt())));
  console.log('A shell deploys to it after: eval "$(npm run --silent env)"');
}

run(start);
