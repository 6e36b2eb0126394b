import { wordsOf } from "../target/aws-error";
import { type DeployedEnvironment, isPast } from "./environment-list";
import { Interrupted } from "../terminal/interruption";
import { Failure } from "../terminal/run";

/** The operations for removing an environment. */
export interface Removal {
  /** The current expiry: a deployment may have extended it since the list was read. */
  readonly expiryOf: (suffix: string) => Promise<Date | undefined>;
  /** Destroys the environment; calls `stillExpired` before each stack. */
  readonly destroy: (suffix: string, stillExpired: () => Promise<void>) => Promise<void>;
  readonly report: (line: string) => void;
  readonly now: () => Date;
}

/**
 * Destroys each expired preview in turn. A failure does not stop the next one.
 *
 * @throws Failure with every preview that could not be destroyed, and why
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
        report(`${suffix} stays: its expiry was extended or removed.`);
        continue;
      }
      report(`${suffix} expired at ${expires ?? ""}.`);
      await destroy(suffix, async () => {
        if (isPast(await expiryOf(suffix), now())) return;
        throw new Failure(["it was deployed again in the meantime; what is left of it stays"]);
      });
    } catch (error) {
      if (error instanceof Interrupted) throw error;
      failures.push(`${suffix}: ${error instanceof Failure ? error.message : wordsOf(error)}`);
    }
  }
  if (failures.length > 0) throw new Failure(failures);
}
