import type { FilteredLogEvent } from "@aws-sdk/client-cloudwatch-logs";
import { shortTaskId } from "../diagnosis/log-stream";

/** A line of a container's log. */
export interface LogLine {
  /** CloudWatch's name for it, by which it is printed once. */
  readonly id: string;
  /** When it was written, in milliseconds since 1970. */
  readonly time: number;
  readonly service: string;
  readonly container: string;
  /** The ID of the task. */
  readonly task: string;
  readonly message: string;
}

/** How the stream of a session of `npx platform exec` begins; its ID follows. */
const SESSION = "ecs-execute-command-";

/**
 * A line from an event, whose stream is named `task/CONTAINER/TASK`. That of a session does not tell its task,
 * so the line has the ID of the session, and `exec` for a container.
 */
export function logLine(service: string, event: FilteredLogEvent): LogLine {
  const { eventId, timestamp: time = 0, message = "", logStreamName: stream = "" } = event;
  const [, container = service, task = "unknown"] = stream.startsWith(SESSION)
    ? ["", "exec", stream.slice(SESSION.length)]
    : stream.split("/");
  return {
    id: eventId ?? `${stream} ${time} ${message}`,
    time,
    service,
    container,
    task,
    message: message.trimEnd(),
  };
}

/**
 * A line for people: its time in UTC, service, task, the container if it is not the service's own, and what it
 * says.
 *
 * @param width of the longest name of a service
 */
export function printedLine(
  { time, service, container, task, message }: LogLine,
  width: number,
): string {
  const place = container === service ? "" : ` [${container}]`;
  return `${new Date(time).toISOString()} ${service.padEnd(width)} ${shortTaskId(task)}${place} ${message}`;
}
