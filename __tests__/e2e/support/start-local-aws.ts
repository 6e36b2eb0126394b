import { run } from "../../../deployment/run";
import { runPhases } from "../../../deployment/phases";
import { Machine } from "../../../local/machine";
import { readLocalSettings } from "../../../local/settings";
import { services } from "../../../services";

/** What `npm run up` does before it deploys. */
run(async () => {
  const machine = new Machine(readLocalSettings(), Object.keys(services));
  const phases = [...machine.toolPhases(), ...machine.awsPhases()];
  await runPhases(phases, new AbortController().signal);
});
