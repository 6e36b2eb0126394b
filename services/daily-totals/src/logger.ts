import { stdTimeFunctions, type LoggerOptions } from "pino";

/** One JSON object a line, with names that the platform's other services use too. */
export function loggerOptions(level: string): LoggerOptions {
  return {
    level,
    // Not the process's id and the container's host name: the log stream names the task.
    base: null,
    messageKey: "message",
    timestamp: () => stdTimeFunctions.isoTime().replace('"time"', '"timestamp"'),
    formatters: { level: (label) => ({ level: label.toUpperCase() }) },
    serializers: { err: describeError },
  };
}

/** An error without what the AWS SDK hung on it, which is the whole answer with its connection. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return String(error);
  const code = "code" in error ? String(error.code) : undefined;
  const cause = error.cause === undefined ? undefined : describeError(error.cause);
  return { type: error.name, message: error.message, code, stack: error.stack, cause };
}
