import { CloudWatchLogsClient, type FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { type MockInstance, beforeEach, describe, expect, test, vi } from "vitest";
import { logs } from "../../../commands/logs";
import { LogReader } from "../../../operations/logs/log-reader";
import { awsError } from "../../support/preflight";
import { hearLines, run } from "../../support/command";

/** The requests for log groups. */
let send: MockInstance;
let heard: ReturnType<typeof hearLines>;
beforeEach(() => {
  heard = hearLines();
  // Its listener would end this process.
  vi.spyOn(process.stdout, "once").mockReturnValue(process.stdout);
  send = vi.spyOn(CloudWatchLogsClient.prototype, "send").mockImplementation(() => ({
    events: ["GET / 200", "GET / 500"].map((message, index) => ({
      eventId: message,
      timestamp: Date.UTC(2026, 11, 1) + index,
      message,
      logStreamName: "task/flask-api/0123456789",
    })),
  }));
});

test("the lines of a service are printed with their time, service and task", async () => {
  expect(await run(logs, "dev", "flask-api")).toBeUndefined();
  expect(heard.out).toEqual([
    "2026-12-01T00:00:00.000Z flask-api 01234567 GET / 200",
    "2026-12-01T00:00:00.001Z flask-api 01234567 GET / 500",
  ]);
  expect(send.mock.calls[0]?.[0]).toHaveProperty(
    "input.logGroupName",
    "/ecs/platform-dev/flask-api",
  );
});

test("--grep prints only what its regular expression matches", async () => {
  await run(logs, "dev", "flask-api", "--grep", "5\\d\\d$");
  expect(heard.out).toEqual([expect.stringMatching(/500$/)]);
});

test("--since says from when on lines are read; without it, ten minutes ago", async () => {
  const asked = (index: number) => {
    const [command] = send.mock.calls[index] ?? [];
    return (command as FilterLogEventsCommand).input.startTime ?? 0;
  };
  await run(logs, "dev", "flask-api", "--since", "2026-11-30T10:00:00Z");
  expect(asked(0)).toBe(Date.UTC(2026, 10, 30, 10));
  await run(logs, "dev", "flask-api");
  expect(asked(1)).toBeGreaterThan(Date.now() - 660_000);
  expect(asked(1)).toBeLessThanOrEqual(Date.now() - 600_000);
});

test("without a service, those of all services and jobs are read", async () => {
  const follow = vi.spyOn(LogReader.prototype, "follow").mockResolvedValue();
  const read = vi.spyOn(LogReader.prototype, "read").mockResolvedValue(true);
  await run(logs, "dev");
  expect(read).toHaveBeenCalledOnce();
  await run(logs, "dev", "--follow");
  expect(read).toHaveBeenCalledOnce();
  expect(follow).toHaveBeenCalledOnce();
});

test("an environment that is not deployed is said to have no logs, and exits with 1", async () => {
  send.mockRejectedValue(awsError("ResourceNotFoundException"));
  expect(await run(logs, "dev", "flask-api")).toBe(1);
  expect(heard.err).toEqual([expect.stringContaining("flask-api has no log yet")]);
});

describe("it is refused before AWS is asked", () => {
  test.each([
    ["a service that is not in the catalogue", ["flask-app"], "did you mean flask-api?"],
    ["a time that is none", ["--since", "soon"], "a time span such as 30s, 10m, 2h or 1d"],
    ["a regular expression that is none", ["--grep", "("], "Invalid regular expression"],
  ])("for %s", async (_, args, words) => {
    await expect(run(logs, "dev", ...args)).rejects.toThrow(words);
    expect(send).not.toHaveBeenCalled();
  });
});
