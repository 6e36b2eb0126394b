import type { Command } from "commander";
import { destroyEnvironment, requireGone } from "../operations/deployment/destroy-environment";
import { PREVIEWS, readEnvironments } from "../operations/environments/environment-list";
import { destroyExpired as destroyEach } from "../operations/environments/expired-environments";
import { readExpiry } from "../operations/environments/expiry";
import { readTarget } from "../operations/target/target";
import { stopOnInterrupt } from "../operations/terminal/interruption";

export function destroyExpired(command: Command): void {
  command
    .description(
      "Destroys each preview of the account and region whose lifetime has ended, one after the other. " +
        "Nothing else is touched: no entry of environments.ts, and no preview without an expiry. " +
        "platform envs --expired lists them first.",
    )
    .action(destroyExpiredPreviews);
}

async function destroyExpiredPreviews(): Promise<void> {
  const signal = stopOnInterrupt();
  const { clients, environments } = await readEnvironments(PREVIEWS);
  await destroyEach(environments, {
    expiryOf: (suffix) =>
      readExpiry(clients.ecr, readTarget(signal, { PLATFORM_SUFFIX: suffix }).config),
    destroy: async (suffix, stillExpired) => {
      const target = readTarget(signal, { PLATFORM_SUFFIX: suffix });
      await requireGone(await destroyEnvironment(target, stillExpired), target);
    },
    report: console.log,
    now: () => new Date(),
  });
}
