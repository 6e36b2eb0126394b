import type { FilteredLogEvent } from "@aws-sdk/client-cloudwatch-logs";
import { describe, expect, test } from "vitest";
import { logsOf } from "../../../../operations/logs/log-groups";
import { LogReader } from "../../../../operations/logs/log-reader";
import { createClients } from "../../../../operations/target/clients";
import { readConfig } from "../../../../project";
import type { Services } from "../../../../spec/service/spec";
import { callsOf } from "../../../support/aws-calls";
import { awsError } from "../../../support/preflight";
import { fixture } from "../../../support/services";

const { config } = readConfig({});
const WEB = "/ecs/platform-dev/web";
const ORDERS = "/ecs/platform-dev/orders";
/** The time of the first line. */
const START = Date.UTC(2026, 11, 1);

/** A line that was written so many seconds after the first. */
function event(message: string, seconds: number, stream = "task/web/0a1b"): FilteredLogEvent {
  const timestamp = START + seconds * 1000;
  return { eventId: message, message: `${message}\n`, timestamp, logStreamName: stream };
}

type Groups = Record<string, FilteredLogEvent[]>;

interface Reading {
  readonly groups: Groups;
  /** What happens in each pause; the first is after the first look. */
  readonly meanwhile?: readonly (() => void)[];
  readonly pageSize?: number;
  /** How far the clock of this machine is ahead, in seconds. */
  readonly ahead?: number;
}

/** Reads `web` and `orders` of a CloudWatch with these lines, two minutes after the first. */
function reading({ groups, meanwhile = [], pageSize = 100, ahead = 0 }: Reading) {
  const clients = createClients({ region: config.region });
  const stop = new AbortController();
  const left = [...meanwhile];
  /** By the number of the request. */
  const failures = new Map<number, Error>();
  const printed: string[] = [];
  const reports: string[] = [];
  let now = START + 120_000 + ahead * 1000;
  const calls = callsOf(clients, {
    FilterLogEvents: ({ logGroupName, startTime, endTime, nextToken }) => {
      const failure = failures.get(calls.length);
      if (failure) throw failure;
      const all = groups[String(logGroupName)];
      if (!all) throw awsError("ResourceNotFoundException");
      const events = all
        .filter(
          ({ timestamp = 0 }) => timestamp >= Number(startTime) && timestamp <= Number(endTime),
        )
        .sort((a, b) => Number(a.timestamp) - Number(b.timestamp));
      const from = Number(nextToken ?? 0);
      const to = from + pageSize;
      return {
        events: events.slice(from, to),
        ...(to < events.length && { nextToken: String(to) }),
      };
    },
  });
  const pause = (milliseconds: number) => {
    // Between two pages.
    if (milliseconds < 1000) return Promise.resolve();
    now += milliseconds;
    const next = left.shift();
    if (next) next();
    else stop.abort();
    return Promise.resolve();
  };
  const reader = new LogReader(
    {
      logs: logsOf(["web", "orders"], { config, services: fixture }),
      since: START,
      print: ({ service, container, task, message }) => {
        printed.push(`${service} ${container} ${task} ${message}`);
      },
      report: (line) => {
        reports.push(line);
      },
      now: () => now,
    },
    { client: clients.logs, pause, signal: stop.signal },
  );
  return { reader, calls, printed, reports, failures };
}

const messages = (printed: readonly string[]) => printed.map((line) => line.split(" ").at(-1));

describe("the logs up to now", () => {
  test("are in order of time across groups, tasks, containers and pages", async () => {
    const { reader, printed, calls } = reading({
      groups: {
        [WEB]: [event("1", 0), event("3", 2, "task/health/0a1b"), event("5", 4)],
        [ORDERS]: [event("2", 1, "task/orders/9f"), event("4", 3, "task/migrate/9f")],
      },
      pageSize: 1,
    });
    expect(await reader.read()).toBe(true);
    expect(printed).toEqual([
      "web web 0a1b 1",
      "orders orders 9f 2",
      "web health 0a1b 3",
      "orders migrate 9f 4",
      "web web 0a1b 5",
    ]);
    expect(calls).toHaveLength(5);
  });

  test("of a service without a log group are said to be missing, and the others are read", async () => {
    const { reader, printed, reports } = reading({ groups: { [WEB]: [event("1", 0)] } });
    expect(await reader.read()).toBe(true);
    expect(messages(printed)).toEqual(["1"]);
    expect(reports).toEqual([
      "orders has no log yet: /ecs/platform-dev/orders does not exist before its deployment.",
    ]);
  });

  test("of an environment that is not deployed are none", async () => {
    const { reader, reports } = reading({ groups: {} });
    expect(await reader.read()).toBe(false);
    expect(reports).toHaveLength(2);
  });
});

describe("following the logs", () => {
  test("prints each line once, however often a look finds it again", async () => {
    const groups: Groups = { [WEB]: [event("1", 0), event("2", 110)], [ORDERS]: [] };
    const { reader, printed, calls } = reading({
      groups,
      meanwhile: [() => undefined, () => undefined],
    });
    await reader.follow();
    expect(messages(printed)).toEqual(["1", "2"]);
    const ofWeb = calls.filter(({ input }) => input["logGroupName"] === WEB);
    // The first from the beginning, each other from a minute before the last line.
    expect(ofWeb.map(({ input }) => Number(input["startTime"]) - START)).toEqual([
      0, 50_000, 50_000,
    ]);
  });

  test("begins no later for a line that is listed late", async () => {
    const groups: Groups = { [WEB]: [event("1", 0), event("3", 110)], [ORDERS]: [] };
    const late = () => void groups[WEB]?.push(event("2", 60));
    const { reader, calls } = reading({ groups, meanwhile: [late, () => undefined] });
    await reader.follow();
    expect(Number(calls.at(-1)?.input["startTime"]) - START).toBe(50_000);
  });

  test("says once that a log group is missing", async () => {
    const { reader, reports } = reading({
      groups: { [WEB]: [] },
      meanwhile: [() => undefined, () => undefined],
    });
    await reader.follow();
    expect(reports).toHaveLength(1);
  });

  test("prints a line that CloudWatch lists late, though later ones are printed", async () => {
    const groups: Groups = { [WEB]: [event("1", 0), event("3", 110)], [ORDERS]: [] };
    const late = () => void groups[WEB]?.push(event("2", 90));
    const { reader, printed } = reading({ groups, meanwhile: [late, () => undefined] });
    await reader.follow();
    expect(messages(printed)).toEqual(["1", "3", "2"]);
  });

  test("keeps the lines of the last eight seconds until those of other tasks are there", async () => {
    const groups: Groups = { [WEB]: [event("2", 113.5)], [ORDERS]: [] };
    const other = () => void groups[ORDERS]?.push(event("1", 113, "task/orders/9f"));
    const { reader, printed } = reading({ groups, meanwhile: [other] });
    await reader.follow();
    expect(messages(printed)).toEqual(["1", "2"]);
  });

  test("loses no line if the clock of this machine is ahead", async () => {
    const groups: Groups = { [WEB]: [event("1", 0)], [ORDERS]: [] };
    const next = () => void groups[WEB]?.push(event("2", 5));
    const { reader, printed } = reading({ groups, ahead: 3600, meanwhile: [next] });
    await reader.follow();
    expect(messages(printed)).toEqual(["1", "2"]);
  });

  test("loses no line and prints none twice when AWS throttles in the middle of a look", async () => {
    const groups: Groups = {
      [WEB]: [event("1", 0), event("2", 70), event("3", 110)],
      [ORDERS]: [],
    };
    const { reader, printed, reports, failures } = reading({
      groups,
      pageSize: 1,
      meanwhile: [() => undefined],
    });
    failures.set(4, awsError("ThrottlingException", "Rate exceeded"));
    await reader.follow();
    expect(messages(printed)).toEqual(["1", "2", "3"]);
    expect(reports).toEqual([expect.stringContaining("CloudWatch throttles")]);
  });

  test("finds the log group of a service that is deployed meanwhile", async () => {
    const groups: Groups = { [WEB]: [] };
    const deployed = () => {
      groups[ORDERS] = [event("1", 110)];
    };
    const { reader, printed, reports } = reading({
      groups,
      meanwhile: [deployed, () => undefined],
    });
    await reader.follow();
    expect(messages(printed)).toEqual(["1"]);
    expect(reports).toHaveLength(1);
  });

  test("ends with any other error", async () => {
    const { reader, failures } = reading({ groups: {} });
    failures.set(1, awsError("AccessDeniedException", "not authorized"));
    await expect(reader.follow()).rejects.toThrow("not authorized");
  });
});

test("the logs of a service are its own and those of its sidecars", () => {
  const sidecars = { otel: { folder: "sidecars/otel-collector" } };
  const services: Services = { web: { ...fixture.web, calls: [], sidecars } };
  expect(logsOf(["web"], { config, services })).toEqual([
    { service: "web", group: WEB },
    { service: "web", group: "/ecs/platform-dev/web_otel" },
  ]);
});
