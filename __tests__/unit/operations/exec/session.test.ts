import { beforeEach, describe, expect, test, vi } from "vitest";
import { openSession } from "../../../../operations/exec/session";
import { createClients } from "../../../../operations/target/clients";
import { callsOf } from "../../../support/aws-calls";
import { awsError } from "../../../support/preflight";

const REQUEST = { cluster: "platform-dev", task: "0a", container: "web", command: "/bin/sh" };
const SESSION = { sessionId: "s", streamUrl: "wss://stream", tokenValue: "the token" };
const NOT_RUNNING =
  "The execute command failed because execute command was not enabled when the task was run or the execute command agent isn’t running. Wait and try again.";

const clients = createClients({ region: "us-east-1" });
let reports: string[];
beforeEach(() => {
  reports = [];
});

/** Opens a session at an ECS that answers so, one answer for each request; the last one again. */
function opened(...answers: (() => unknown)[]) {
  const pause = vi.fn().mockResolvedValue(undefined);
  const left = [...answers];
  const calls = callsOf(clients, {
    ExecuteCommand: () => (left.length > 1 ? left.shift() : left[0])?.(),
  });
  const report = (line: string) => void reports.push(line);
  return { session: openSession(clients, REQUEST, { report, pause }), calls, pause };
}
const failing = (name: string, message?: string) => () => {
  throw message === undefined ? awsError(name) : Object.assign(new Error(message), { name });
};

test("a session is asked for with all that ECS must know, as an interactive one", async () => {
  const { session, calls } = opened(() => ({ session: SESSION }));
  expect(await session).toEqual(SESSION);
  expect(calls).toEqual([{ name: "ExecuteCommand", input: { ...REQUEST, interactive: true } }]);
  expect(reports).toEqual([]);
});

describe("an agent that has just started gets time to connect", () => {
  test.each([
    ["TargetNotConnectedException", "The execute command failed due to an internal error."],
    ["InvalidParameterException", NOT_RUNNING],
  ])("after %s", async (name, message) => {
    const { session, calls, pause } = opened(failing(name, message), () => ({ session: SESSION }));
    expect(await session).toEqual(SESSION);
    expect(calls).toHaveLength(2);
    expect(pause).toHaveBeenCalledExactlyOnceWith(5_000);
    expect(reports).toEqual(["The agent in the container is not connected; again in 5 s."]);
  });

  test("which ends: four requests are made", async () => {
    const { session, calls } = opened(failing("TargetNotConnectedException", "Try again later."));
    await expect(session).rejects.toThrow(/opened no session: Target[^]*Systems Manager[^]*role/);
    expect(calls).toHaveLength(4);
  });
});

test.each([
  ["AccessDeniedException", undefined, /ecs:ExecuteCommand[^]*NAME-operate-ENVIRONMENT/],
  ["InvalidParameterException", "The referenced task was not found.", /task was not found/],
  ["UnrecognizedClientException", undefined, /npx platform doctor/],
])("%s is a failure at once", async (name, message, words) => {
  const { session, calls } = opened(failing(name, message));
  await expect(session).rejects.toThrow(expect.objectContaining({ name: "Failure" }));
  await expect(session).rejects.toThrow(words);
  expect(calls).toHaveLength(1);
});
