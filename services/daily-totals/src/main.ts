import { parseArgs } from "node:util";
import { pino } from "pino";
import { addUp, totalsKey } from "./add-up.js";
import { loggerOptions } from "./logger.js";
import { loadSettings, type Settings } from "./settings.js";
import { StatementBucket } from "./statement-bucket.js";

/** Exits 0 when the totals of all days are written, and 1 with a line for each day of which they are not. */
const { settings, dryRun } = given();
const log = pino(loggerOptions(settings.logLevel));
// The first process of a container gets no signal that it does not ask for. Nothing is half done.
process.once("SIGTERM", () => process.exit(143));
const { days, bucket } = settings;
if (dryRun) {
  log.info({ days, bucket }, "the settings are well-formed");
} else {
  const statements = new StatementBucket(bucket);
  // One after the other: what is wrong with a day keeps no other from its totals.
  for (const day of days) await write(statements, day);
}

async function write(statements: StatementBucket, day: string): Promise<void> {
  try {
    const { objects, totals } = await addUp(statements, day);
    log.info({ day, objects, totals, key: totalsKey(day) }, "the day's totals are written");
  } catch (error) {
    log.fatal({ err: error, day }, "the day's totals are not written");
    process.exitCode = 1;
  }
}

function given(): { readonly settings: Settings; readonly dryRun: boolean } {
  try {
    const options = { "dry-run": { type: "boolean", default: false } } as const;
    const { values } = parseArgs({ options });
    return { settings: loadSettings(process.env, new Date()), dryRun: values["dry-run"] };
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}
