import type { Target } from "../target/target";
import { requireSameCallers } from "./kept-callers";
import { requireEmptyStores } from "./kept-stores";
import { protectedResources, requireDatabases } from "./protection";

/**
 * Refuses, before anything changes, a deployment or a plan that would give the data of callers to others, or
 * lose data of an environment that is protected, or that AWS still protects: what takes the protection off may
 * take nothing else away.
 *
 * @param outputs the current outputs of the `platform` stack; empty before its first deployment
 * @returns what goes with the protection, in words for people
 * @throws Refusal that names the issuer, or each database, queue and bucket; Failure if AWS cannot be asked
 */
export async function requireKeptData(
  outputs: Readonly<Record<string, unknown>>,
  target: Target,
): Promise<string[]> {
  if (Object.keys(outputs).length === 0) return [];
  const { config, clients } = target;
  requireSameCallers(outputs, config);
  const still = config.protected ? [] : await protectedResources(config, clients);
  if (!config.protected && still.length === 0) return [];
  requireDatabases(outputs, target);
  await requireEmptyStores(outputs, target);
  return config.protected
    ? []
    : [
        `${config.suffix} loses its protection: backups of more than 7 days ago are deleted for good, and so are the logs that only a protected environment has, unless logs in environments.ts asks for them. docs/protection.md says how to keep both.`,
      ];
}
