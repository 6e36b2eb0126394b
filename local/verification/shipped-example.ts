import { setTimeout as sleep } from "node:timers/promises";
import { createStoreClients } from "../../operations/deployment/kept-stores";
import { issueToken } from "../../operations/identity/token";
import { createIdentityClients } from "../../operations/identity/user-pool";
import { createClients } from "../../operations/target/clients";
import { runJob } from "../../operations/tasks/job-run";
import { record } from "../../operations/terraform/terraform-events";
import type { Report } from "../../operations/terminal/refusal";
import { Failure } from "../../operations/terminal/run";
import { type Services, specOf } from "../../spec/service/spec";
import { BUCKETS } from "../../stacks/platform/owners";
import type { LocalSettings } from "../aws/settings";
import { clientSettings, loadBalancerUrl } from "../aws/urls";
import { type Bookkeeping, EXPORT_SERVICES, STATEMENTS, TOTALS, followExports } from "./exports";
import { JOURNEY_SERVICES, JourneyError, goOnJourney } from "./journey";

/** The user of the journey. */
const TRAVELLER = "platform-verify";

/** What the shipped services are tried with. */
interface Example {
  readonly settings: LocalSettings;
  readonly services: Services;
  /** The outputs of the `platform` stack. */
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal;
  /** Takes a sentence for each thing that was found to work. */
  readonly report: Report;
}

/**
 * Tries the shipped services as a user does, and follows the user's transactions to bookkeeping. What a
 * catalogue no longer has all services for is left out.
 *
 * @throws Failure if something does not work
 */
export async function verifyExample(example: Example): Promise<void> {
  const { settings, services, report } = example;
  const has = (needed: readonly string[]) => needed.every((service) => service in services);
  if (!has(JOURNEY_SERVICES)) return;
  const clients = createIdentityClients(clientSettings(settings));
  const { token } = await issueToken(clients, settings.config, TRAVELLER);
  try {
    const transactions = await goOnJourney({ origin: loadBalancerUrl(settings), token });
    report(
      "An account's transactions are approved, kept for review, declined, and read back (local/verification/journey.ts).",
    );
    if (!has(EXPORT_SERVICES)) return;
    await followExports(transactions, bookkeepingOf(example));
    report(
      "They reach the bucket through queue and worker, and the nightly job adds them up (local/verification/exports.ts).",
    );
  } catch (error) {
    if (!(error instanceof JourneyError)) throw error;
    throw new Failure([`The journey ended early: ${error.message}`]);
  }
}

function bookkeepingOf({ settings, services, outputs, signal }: Example): Bookkeeping {
  const { config } = settings;
  const place = { service: TOTALS, config, spec: specOf(TOTALS, services) };
  const terminal = { signal, pause: sleep, print: ignore, report: ignore };
  return {
    s3: createStoreClients(clientSettings(settings), config).s3,
    bucket: String(record(outputs[BUCKETS])[STATEMENTS]),
    runTotals: () => runJob(place, createClients(clientSettings(settings)), terminal),
  };
}

function ignore(): void {
  return;
}
