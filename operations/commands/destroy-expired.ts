import { destroyEnvironment, requireGone } from "../deployment/destroy-environment";
import { PREVIEWS, readEnvironments } from "../environments/environment-list";
import { destroyExpired } from "../environments/expired-environments";
import { readExpiry } from "../environments/expiry";
import { stopOnInterrupt } from "../terminal/interruption";
import { phaseTable } from "../terminal/table";
import { run } from "../terminal/run";
import { readTarget } from "../target/target";

/**
 * `npm run destroy:expired`: destroys each preview of the account and region whose time is over, as
 * `npm run destroy` does, one after the other. Nothing else is touched: no environment of
 * environments.ts, and none without an expiry. `npm run envs -- --expired` says before which they are.
 */
async function destroyExpiredPreviews(): Promise<void> {
  const signal = stopOnInterrupt();
  const { clients, environments } = await readEnvironments(PREVIEWS);
  await destroyExpired(environments, {
    expiryOf: (suffix) =>
      readExpiry(clients.ecr, readTarget(signal, { PLATFORM_SUFFIX: suffix }).config),
    destroy: async (suffix, stillExpired) => {
      const target = readTarget(signal, { PLATFORM_SUFFIX: suffix });
      const results = await destroyEnvironment(target, stillExpired);
      console.log(phaseTable(results));
      await requireGone(results, target);
    },
    report: console.log,
    now: () => new Date(),
  });
}

run(destroyExpiredPreviews);
