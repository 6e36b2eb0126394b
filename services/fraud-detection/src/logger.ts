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
  };
}
