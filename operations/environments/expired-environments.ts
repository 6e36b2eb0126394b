import { wordsOf } from "../target/aws-error";
import { type DeployedEnvironment, isPast } from "./environment-list";
import { Interrupted } from "../terminal/interruption";
import { Failure } from "../terminal/run";

/** What removing an environment takes. */
export interface Removal {
  /** The expiry as it is at this moment: a deployment may have prolonged it since the list was read. */
  readonly expiryOf: (suffix: string) => Promise<Date | undefined>;
  /** Destroys what is there, as long as the environment is still expired, which is to be asked again. */
  readonly destroy: (suffix: string, stillExpired: () => Promise<void>) => Promise<void>;
  readonly report: (line: string) => void;
  readonly now: () => Date;
}

/**
 * Destroys each preview that has expired, one after the other. One that fails does not keep the next
 * from going.
 *
 * @throws Failure with all that could not be destroyed, and why
 */
export async function destroyExpired(
  environments: readonly DeployedEnvironment[],
  { expiryOf, destroy, report, now }: Removal,
): Promise<void> {
  const failures: string[] = [];
  const expired = environments.filter(({ expired }) => expired);
  if (expired.length === 0) report("No preview has expired.");
  for (const { suffix, expires } of expired) {
    try {
      if (!isPast(await expiryOf(suffix), now())) {
        report(`${suffix} has a later expiry by now, or none: it stays.`);
        continue;
      }
      report(`${suffix} expired at ${expires ?? ""}.`);
      await destroy(suffix, async () => {
        if (isPast(await expiryOf(suffix), now())) return;
        throw new Failure(["it was deployed again meanwhile, and what is left of it stays"]);
      });
    } catch (error) {
      if (error instanceof Interrupted) throw error;
      failures.push(`${suffix}: ${error instanceof Failure ? error.message : wordsOf(error)}`);
    }
  }
  if (failures.length > 0) throw new Failure(failures);
}
