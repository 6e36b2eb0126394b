import { expect, test } from "vitest";
import { logLine, printedLine } from "../../../../operations/logs/log-line";

const event = {
  eventId: "1",
  timestamp: Date.UTC(2026, 11, 1, 10),
  message: "started\n",
  logStreamName: "task/web/0123456789abcdef",
};

test("a line has its time, service and the start of its task's ID", () => {
  expect(printedLine(logLine("web", event), 6)).toBe(
    "2026-12-01T10:00:00.000Z web    01234567 started",
  );
});

test("a line of another container names it", () => {
  const migrate = { ...event, logStreamName: "task/migrate/0123456789abcdef" };
  expect(printedLine(logLine("web", migrate), 3)).toBe(
    "2026-12-01T10:00:00.000Z web 01234567 [migrate] started",
  );
});

test("a line of a session in a task names the session", () => {
  const session = { ...event, logStreamName: "ecs-execute-command-0fedcba9876543210" };
  expect(printedLine(logLine("web", session), 3)).toBe(
    "2026-12-01T10:00:00.000Z web 0fedcba9 [exec] started",
  );
});

test("a line without an ID of CloudWatch's is told from others by what it is", () => {
  const { eventId, ...unnamed } = event;
  expect(logLine("web", event).id).toBe(eventId);
  expect(logLine("web", unnamed).id).toBe(`task/web/0123456789abcdef ${event.timestamp} started\n`);
});

test("an event of which AWS tells less is a line all the same", () => {
  expect(logLine("web", {})).toEqual({
    id: " 0 ",
    time: 0,
    service: "web",
    container: "web",
    task: "unknown",
    message: "",
  });
  expect(logLine("web", { logStreamName: "task" })).toMatchObject({
    container: "web",
    task: "unknown",
  });
});
