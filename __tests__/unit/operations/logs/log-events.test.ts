import { expect, test, vi } from "vitest";
import { linesOf } from "../../../../operations/logs/log-events";
import { createClients } from "../../../../operations/target/clients";
import { callsOf } from "../../../support/aws-calls";

const LOG = { service: "web", group: "/ecs/platform-dev/web" };

test("an empty page that is not the last ends nothing, and its token asks for the next", async () => {
  const clients = createClients({ region: "us-east-1" });
  const pages = [
    { events: [], nextToken: "more" },
    { events: [{ eventId: "1", timestamp: 1, message: "late" }] },
  ];
  const calls = callsOf(clients, { FilterLogEvents: () => pages.shift() });
  const found: string[] = [];
  const source = {
    client: clients.logs,
    pause: () => Promise.resolve(),
    missing: () => undefined,
    signal: new AbortController().signal,
  };
  for await (const { message } of linesOf(LOG, { from: 0, to: 9 }, source)) found.push(message);
  expect(found).toEqual(["late"]);
  const asked = { logGroupName: LOG.group, startTime: 0, endTime: 9 };
  expect(calls.map(({ input }) => input)).toEqual([
    { ...asked, nextToken: undefined },
    { ...asked, nextToken: "more" },
  ]);
});

test("Ctrl-C ends a request that is under way, and nothing fails", async () => {
  const { logs: client } = createClients({ region: "us-east-1" });
  const interruption = new AbortController();
  const { signal } = interruption;
  const send = vi.spyOn(client, "send").mockImplementation(() => {
    interruption.abort();
    throw Object.assign(new Error("Request aborted"), { name: "AbortError" });
  });
  const source = { client, pause: () => Promise.resolve(), missing: () => undefined, signal };
  const lines = linesOf(LOG, { from: 0, to: 9 }, source);
  expect(await lines.next()).toEqual({ done: true, value: undefined });
  expect(send.mock.calls[0]?.[1]).toEqual({ abortSignal: signal });
});
