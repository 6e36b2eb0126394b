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
      "Destroys each expired preview in the account and region, one after the other. Entries of " +
        "environments.ts and previews without an expiry are not touched. " +
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
