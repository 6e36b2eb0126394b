import {
  type CloudWatchLogsClient,
  GetLogEventsCommand,
  type GetLogEventsCommandOutput,
  ResourceNotFoundException,
} from "@aws-sdk/client-cloudwatch-logs";
import type { LogStream } from "../diagnosis/log-stream";

/** Prints one line of a log. */
export type Print = (line: string) => void;

/** Waits so many milliseconds. */
export type Pause = (milliseconds: number) => Promise<unknown>;

/** Between two looks at a task and its log. */
export const POLL_MS = 1000;

/** CloudWatch shows a line some seconds after it was written: a log is read once nothing came for so long. */
const QUIET_POLLS = 5;

/** Looks for the last lines of a log in which something always comes. */
const LAST_POLLS = 60;

/** Pages in one look; an empty one need not be the last. */
const PAGES = 100;

/**
 * The log of one container while it runs, each line once and in order.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html
 */
export class TaskLog {
  private token: string | undefined;

  /** @param stream `undefined` for a container without a log */
  constructor(
    private readonly logs: CloudWatchLogsClient,
    private readonly stream: LogStream | undefined,
    private readonly print: Print,
  ) {}

  /**
   * Prints what has come since the last look.
   *
   * @returns the number of lines
   */
  async read(): Promise<number> {
    let lines = 0;
    for (let page = 0; page < PAGES; page += 1) {
      const { events = [], nextForwardToken } = await this.page();
      for (const { message = "" } of events) this.print(message.trimEnd());
      lines += events.length;
      // At its end a stream gives back the token that it was given.
      if (nextForwardToken === undefined || nextForwardToken === this.token) break;
      this.token = nextForwardToken;
    }
    return lines;
  }

  /** Prints the lines that come late, once the container has ended. */
  async readToEnd(pause: Pause): Promise<void> {
    for (let quiet = 0, polls = 0; quiet < QUIET_POLLS && polls < LAST_POLLS; polls += 1) {
      quiet = (await this.read()) > 0 ? 0 : quiet + 1;
      await pause(POLL_MS);
    }
  }

  private async page(): Promise<Partial<GetLogEventsCommandOutput>> {
    if (!this.stream) return {};
    const request = { ...this.stream, startFromHead: true, nextToken: this.token };
    try {
      return await this.logs.send(new GetLogEventsCommand(request));
    } catch (error) {
      // Its first line creates the stream.
      if (error instanceof ResourceNotFoundException) return {};
      throw error;
    }
  }
}
