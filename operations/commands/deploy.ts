import { addressSentence } from "../environments/address";
import { deployStacks } from "../deployment/deploy-stacks";
import { stopOnInterrupt } from "../terminal/interruption";
import { phaseTable } from "../terminal/table";
import { run } from "../terminal/run";
import { readTarget } from "../target/target";
import { readOutputs } from "../terraform/terraform-stack";

/**
 * `npm run deploy`: deploys the environment that the variables name, on AWS, or on the local AWS after
 * `eval "$(npm run --silent env)"`. Checks first what would stop it in the middle, deploys the three
 * stacks in the order that is safe for what was added and what was removed, and when a service does
 * not come up says why. Exit code 0 only if everything that was planned runs.
 */
async function deploy(): Promise<void> {
  const target = readTarget(stopOnInterrupt());
  console.log(phaseTable(await deployStacks(target)));
  const { url } = await readOutputs("platform", { ...target, report: () => undefined });
  console.log(addressSentence(target.config, String(url)));
}

run(deploy);
