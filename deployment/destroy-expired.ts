import { destroyEnvironment, requireGone } from "./destroy-environment";
import { PREVIEWS, readEnvironments } from "./environment-list";
import { destroyExpired } from "./expired-environments";
import { readExpiry } from "./expiry";
import { stopOnInterrupt } from "./interruption";
import { phaseTable } from "./phase-table";
import { run } from "./run";
import { readTarget } from "./target";

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
