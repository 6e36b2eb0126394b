import {
  type CloudWatchLogsClient,
  FilterLogEventsCommand,
  type FilterLogEventsCommandOutput,
} from "@aws-sdk/client-cloudwatch-logs";
import { hasName } from "../target/aws-error";
import type { Pause } from "../tasks/task-log";
import type { ServiceLog } from "./log-groups";
import { type LogLine, logLine } from "./log-line";

/** A span of time, in milliseconds since 1970; both ends are part of it. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** What the log groups are read with. */
export interface LogSource {
  readonly client: CloudWatchLogsClient;
  readonly pause: Pause;
  /** Told of each log group that does not exist. */
  readonly missing: (log: ServiceLog) => void;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/** CloudWatch allows some regions no more than five requests a second, all callers of the account together. */
const REQUEST_MS = 250;

/**
 * The lines that one log group has of a span, in order of time: CloudWatch sorts them across its streams. A
 * page may be empty and not the last.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
 */
export async function* linesOf(
  log: ServiceLog,
  { from, to }: Span,
  source: LogSource,
): AsyncGenerator<LogLine, undefined> {
  const { client, pause, missing, signal } = source;
  let nextToken: string | undefined;
  do {
    if (signal.aborted) return;
    const request = { logGroupName: log.group, startTime: from, endTime: to, nextToken };
    let page: FilterLogEventsCommandOutput;
    try {
      page = await client.send(new FilterLogEventsCommand(request), { abortSignal: signal });
    } catch (error) {
      if (hasName(error, "AbortError")) return;
      if (!hasName(error, "ResourceNotFoundException")) throw error;
      missing(log);
      return;
    }
    for (const event of page.events ?? []) yield logLine(log.service, event);
    nextToken = page.nextToken;
    await pause(REQUEST_MS);
  } while (nextToken !== undefined);
}

/** The lines of several log groups in order of time, with one page of each in memory. */
export async function* mergedLines(
  logs: readonly ServiceLog[],
  span: Span,
  source: LogSource,
): AsyncGenerator<LogLine, undefined> {
  const heads: { line: LogLine; rest: AsyncGenerator<LogLine, undefined> }[] = [];
  for (const log of logs) {
    const rest = linesOf(log, span, source);
    const next = await rest.next();
    if (!next.done) heads.push({ line: next.value, rest });
  }
  for (;;) {
    const first = heads.reduce<(typeof heads)[number] | undefined>(
      (least, each) => (least === undefined || each.line.time < least.line.time ? each : least),
      undefined,
    );
    if (!first) return;
    yield first.line;
    const next = await first.rest.next();
    if (next.done) heads.splice(heads.indexOf(first), 1);
    else first.line = next.value;
  }
}
