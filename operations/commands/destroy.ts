import { resourceName } from "../../spec/names";
import { destroyEnvironment, requireGone } from "../deployment/destroy-environment";
import { stopOnInterrupt } from "../terminal/interruption";
import { phaseTable } from "../terminal/table";
import { Refusal } from "../terminal/refusal";
import { run } from "../terminal/run";
import { readTarget } from "../target/target";

/**
 * `npm run destroy -- SUFFIX`: destroys all of the environment, platform first. It needs the suffix as
 * an argument, so that no variable left in a shell destroys the wrong one. What a stack's state does
 * not know is not touched.
 */
async function destroy(args: readonly string[]): Promise<void> {
  const target = readTarget(stopOnInterrupt());
  const { config } = target;
  if (args.length !== 1 || args[0] !== config.suffix) {
    throw new Refusal(
      `this would destroy ${resourceName(config)} in ${config.region} with its databases; the argument must say so, and is "${args.join(" ")}"`,
      `npm run destroy -- ${config.suffix}`,
    );
  }
  const results = await destroyEnvironment(target);
  console.log(phaseTable(results));
  await requireGone(results, target);
}

run(() => destroy(process.argv.slice(2)));
