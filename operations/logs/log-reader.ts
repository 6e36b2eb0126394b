import { isThrottled, wordsOf } from "../target/aws-error";
import type { Report } from "../terminal/refusal";
import { type LogSource, mergedLines } from "./log-events";
import type { ServiceLog } from "./log-groups";
import type { LogLine } from "./log-line";

/** CloudWatch may list a line this long after others of the same time: each look goes back so far. */
const LATE_MS = 60_000;

/**
 * A line of another task of the same moment has this long to arrive, so that both are printed in order: the log
 * driver sends what it has every five seconds.
 *
 * @see https://docs.docker.com/engine/logging/drivers/awslogs/
 */
const SETTLE_MS = 8_000;

/** Between two looks. */
const POLL_MS = 2_000;

/** What is read, from when on, and where the lines go. */
export interface LogRequest {
  readonly logs: readonly ServiceLog[];
  /** In milliseconds since 1970. */
  readonly since: number;
  readonly print: (line: LogLine) => void;
  /** For all that is not a line. */
  readonly report: Report;
  /** Tells the time, in milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * Reads log groups with FilterLogEvents, and prints each line once. StartLiveTail would show a line sooner, but
 * shows a sample of what exceeds 500 lines a second, nothing of the past, and costs by the minute.
 *
 * A look goes back a minute before the last line, because CloudWatch may list a line after later ones; the IDs
 * of that minute's lines tell which are printed. A line that takes longer to arrive is not followed. Only lines
 * advance it: the clock of this machine may be ahead of AWS's.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_LiveTailSessionUpdate.html
 */
export class LogReader {
  /** The time of each line that a later look may find again, by its ID. */
  private readonly printed = new Map<string, number>();
  private readonly missing = new Set<string>();
  /** The time of the last line that is printed. */
  private end: number | undefined;

  constructor(
    private readonly request: LogRequest,
    private readonly source: Omit<LogSource, "missing">,
  ) {}

  /** Prints the lines up to now. @returns whether any of the log groups exists */
  async read(): Promise<boolean> {
    await this.look(this.request.now());
    return this.missing.size < this.request.logs.length;
  }

  /** Prints the lines up to now, then those that come, until Ctrl-C. */
  async follow(): Promise<void> {
    const { now, report } = this.request;
    const { signal, pause } = this.source;
    while (!signal.aborted) {
      try {
        await this.look(now() - SETTLE_MS);
      } catch (error) {
        // The next look begins where this one did, so no line is lost.
        if (!isThrottled(error)) throw error;
        report(`CloudWatch throttles the account's requests; trying again: ${wordsOf(error)}`);
      }
      await pause(POLL_MS);
    }
  }

  private async look(to: number): Promise<void> {
    const { logs, since, print } = this.request;
    const from = this.end === undefined ? since : Math.max(since, this.end - LATE_MS);
    const source = { ...this.source, missing: this.tellMissing.bind(this) };
    for await (const line of mergedLines(logs, { from, to }, source)) {
      if (this.source.signal.aborted) return;
      if (this.printed.has(line.id)) continue;
      this.printed.set(line.id, line.time);
      print(line);
      // Everything before it is printed, should the next request fail.
      this.advance(line.time);
    }
  }

  private advance(time: number): void {
    this.end = Math.max(this.end ?? time, time);
    // The oldest come first, but for late ones, which stay until the line before them goes.
    for (const [id, written] of this.printed) {
      if (written >= this.end - LATE_MS) return;
      this.printed.delete(id);
    }
  }

  private tellMissing({ service, group }: ServiceLog): void {
    if (this.missing.has(group)) return;
    this.missing.add(group);
    this.request.report(
      `${service} has no log yet: ${group} does not exist before its deployment.`,
    );
  }
}
