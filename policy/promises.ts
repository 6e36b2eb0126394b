import type { Deployed, Rule } from "./rule";
import { circuitBreaker } from "./rules/circuit-breaker";
import { closedBuckets } from "./rules/closed-buckets";
import { confinedContainers } from "./rules/confined-containers";
import { encryptionAtRest, encryptionInTransit } from "./rules/encryption";
import { imageDigests, probedImages } from "./rules/image-digests";
import { immutableTags } from "./rules/immutable-tags";
import { keptImages } from "./rules/kept-images";
import { keptLogs } from "./rules/kept-logs";
import { leastPrivilege } from "./rules/least-privilege";
import { openPorts } from "./rules/open-ports";
import { plainSecrets } from "./rules/plain-secrets";
import { publicAddresses } from "./rules/public-addresses";
import { scannedImages } from "./rules/scanned-images";
import { signedImages } from "./rules/signed-images";

/** What the architecture promises of every catalogue and environment. */
export const RULES: readonly Rule[] = [
  imageDigests,
  probedImages,
  scannedImages,
  signedImages,
  immutableTags,
  keptImages,
  leastPrivilege,
  openPorts,
  publicAddresses,
  closedBuckets,
  encryptionInTransit,
  encryptionAtRest,
  keptLogs,
  circuitBreaker,
  confinedContainers,
  plainSecrets,
];

/** Every broken promise: the rule, the place, what was found there, and the fix. */
export async function brokenPromises(deployed: Deployed): Promise<string[]> {
  const found = await Promise.all(
    RULES.map(async (rule) => ({ rule, breaches: await rule.breaches(deployed) })),
  );
  return found.flatMap(({ rule: { promise, fix }, breaches }) =>
    breaches.map(({ stack, address, found }) =>
      [`${promise}.`, `  ${stack}: ${address}: ${found}`, `  → ${fix}`].join("\n"),
    ),
  );
}
