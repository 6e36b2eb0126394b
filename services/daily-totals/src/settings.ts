const LOG_LEVELS = ["info", "debug", "warn", "error"] as const;

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** A transaction may be exported a while after its day: while its message waits, or a task is repaired. */
const DAYS = 3;

const DAY_MS = 24 * 60 * 60 * 1000;

export interface Settings {
  readonly logLevel: (typeof LOG_LEVELS)[number];
  /** In UTC, such as `2026-11-30`: the one that is given, or the last three and today so far. */
  readonly days: readonly string[];
  readonly bucket: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads and checks everything before it gives up, so that one correction is enough. Region,
 * credentials and endpoint are the AWS SDK's own variables.
 */
export function loadSettings(environment: Environment, now: Date): Settings {
  const problems: string[] = [];
  // An empty variable is one that is not set: deployment tools make that of nothing.
  const text = (name: string) => environment[name] ?? "";

  const level = text("LOG_LEVEL") || LOG_LEVELS[0];
  const logLevel = LOG_LEVELS.find((known) => known === level);
  if (!logLevel) problems.push(`LOG_LEVEL must be one of ${LOG_LEVELS.join(", ")}, got "${level}"`);

  const day = text("DAY");
  if (day && !isDay(day)) problems.push(`DAY must be a day such as 2026-11-30, got "${day}"`);

  const bucket = text("STATEMENTS_BUCKET");
  if (!BUCKET.test(bucket)) {
    problems.push(`STATEMENTS_BUCKET must be the name of a bucket, got "${bucket}"`);
  }
  if (problems.length > 0) throw new Error(`daily-totals cannot start: ${problems.join("; ")}.`);
  const days = day ? [day] : daysUntil(now);
  return { logLevel: logLevel ?? LOG_LEVELS[0], days, bucket };
}

/** Up to today, in UTC, the oldest first. */
function daysUntil(now: Date): string[] {
  return Array.from({ length: DAYS + 1 }, (_, index) =>
    new Date(now.getTime() - (DAYS - index) * DAY_MS).toISOString().slice(0, 10),
  );
}

/** JavaScript takes 30 February for 2 March. */
function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const time = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(time.getTime()) && time.toISOString().startsWith(text);
}
