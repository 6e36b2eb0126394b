const LOG_LEVELS = ["info", "debug", "warn", "error"] as const;

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

export interface Settings {
  readonly logLevel: (typeof LOG_LEVELS)[number];
  readonly queueUrl: string;
  readonly bucket: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads and checks everything before it gives up, so that one correction is enough. Region,
 * credentials and endpoint are the AWS SDK's own variables.
 */
export function loadSettings(environment: Environment): Settings {
  const problems: string[] = [];
  // An empty variable is one that is not set: deployment tools make that of nothing.
  const text = (name: string) => environment[name] ?? "";

  const level = text("LOG_LEVEL") || LOG_LEVELS[0];
  const logLevel = LOG_LEVELS.find((known) => known === level);
  if (!logLevel) problems.push(`LOG_LEVEL must be one of ${LOG_LEVELS.join(", ")}, got "${level}"`);

  const queueUrl = text("EXPORTS_QUEUE_URL");
  // It is not repeated in a problem: an address may hold a secret.
  if (!/^https?:/.test(queueUrl) || !URL.canParse(queueUrl)) {
    problems.push(
      "EXPORTS_QUEUE_URL must be an http or https address, such as " +
        "https://sqs.us-east-1.amazonaws.com/123456789012/exports",
    );
  }
  const bucket = text("STATEMENTS_BUCKET");
  if (!BUCKET.test(bucket)) {
    problems.push(`STATEMENTS_BUCKET must be the name of a bucket, got "${bucket}"`);
  }
  if (problems.length > 0) {
    throw new Error(`transaction-export cannot start: ${problems.join("; ")}.`);
  }
  return { logLevel: logLevel ?? LOG_LEVELS[0], queueUrl, bucket };
}
