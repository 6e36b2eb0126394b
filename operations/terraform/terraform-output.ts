import { type Diagnostic, ownError } from "./diagnostic";
import { eventReader } from "./remote-run";
import type { StackProgress } from "./stack-progress";
import type { TerraformEvent } from "./terraform-events";
import { endOf, type spawnTerraform } from "./terraform-process";

/** What to do with the output of a running Terraform. */
interface Following {
  /** Whether the state is in HCP Terraform, where the run may be remote. */
  readonly inCloud: boolean;
  readonly progress: StackProgress;
  /** Called after each event is recorded. */
  readonly onEvent?: (event: TerraformEvent) => void;
}

/**
 * Records what Terraform prints until it ends.
 *
 * @returns Terraform's errors, or how it ended; none when it exits with 0, which a cancelled remote run
 *   does too
 */
export async function follow(
  child: ReturnType<typeof spawnTerraform>,
  { inCloud, progress, onEvent }: Following,
): Promise<readonly Diagnostic[]> {
  const eventsOf = eventReader(inCloud);
  try {
    for await (const line of child.iterable({ from: "all" })) {
      for (const event of eventsOf(line)) {
        progress.record(event, Date.now());
        onEvent?.(event);
      }
    }
    await child;
    return [];
  } catch (error) {
    return progress.errors.length > 0 ? progress.errors : [ownError(endOf(error))];
  }
}
