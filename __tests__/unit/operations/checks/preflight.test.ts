import { expect, test } from "vitest";
import { Refusal } from "../../../../operations/terminal/refusal";
import { preflightPhase } from "../../../../operations/checks/phase";
import { limited, problemsOf, runChecks } from "../../../../operations/checks/preflight";
import { awsError, checkContext } from "../../../support/preflight";

/** Neither a container engine, Terraform nor AWS is available. */
const nothing = checkContext();

test("all problems are reported together, and checks that need credentials are skipped without them", async () => {
  const outcomes = await runChecks(nothing);
  const skipped = outcomes.filter(({ result }) => result === undefined);
  expect(skipped.map(({ title }) => title)).toEqual([
    "Session",
    "Availability zones",
    "Elastic IPs",
    "VPCs",
    "Fargate vCPU",
    "Service-linked roles",
    "Aurora version",
    "Domain",
  ]);
  const problems = problemsOf(await runChecks(nothing)).map(({ problem }) => problem);
  expect(problems).toEqual([
    expect.stringContaining("no container engine answers"),
    expect.stringContaining("does not run as Terraform"),
    expect.stringContaining("AWS does not answer in us-east-1"),
  ]);
});

test("the checks report which check they still wait for", async () => {
  const lines: string[] = [];
  await runChecks(nothing, (line) => lines.push(line));
  expect(lines[0]).toBe("checking Container engine");
  expect(lines.at(-1)).toMatch(/^checking /);
});

test("a deployment stops before its first stack, with every problem and its fix", async () => {
  const phase = preflightPhase(() => nothing);
  const failure: unknown = await phase.run(() => undefined).catch((error: unknown) => error);
  const lines = failure instanceof Error ? failure.message.split("\n") : [];
  expect(lines[0]).toBe("No stack was deployed:");
  expect(lines.filter((line) => line.startsWith("✖ "))).toHaveLength(3);
  expect(lines.filter((line) => line.startsWith("  → "))).toHaveLength(3);
});

function check(run: () => Promise<never>) {
  return limited({ title: "Quotas", run }, nothing, 0.05);
}

test("a check that times out is a problem", async () => {
  expect(await check(() => new Promise(() => undefined))).toEqual({
    problems: [
      {
        problem: "Quotas could not be checked within 0.05 s",
        fix: "check the network and the proxy, then run `npx platform doctor` again",
      },
    ],
  });
});

test.each<[string, Error, string, string]>([
  [
    "that the caller may not run",
    awsError("UnauthorizedOperation", "not you"),
    "Quotas could not be checked (UnauthorizedOperation: not you)",
    "allow the caller that action, or use credentials that have it",
  ],
  [
    "that fails",
    awsError("InternalError", "oh"),
    "Quotas could not be checked (InternalError: oh)",
    "fix the cause, then run `npx platform doctor` again",
  ],
  [
    "that gets no answer from AWS",
    awsError("TimeoutError", "a request has exceeded the configured 4000 ms requestTimeout."),
    "Quotas could not be checked: no answer in time",
    "check the network and the proxy, then run `npx platform doctor` again",
  ],
  ["that is refused", new Refusal("this is Solaris", "use Linux"), "this is Solaris", "use Linux"],
])("a check %s is a problem", async (_, error, problem, fix) => {
  expect(await check(() => Promise.reject(error))).toEqual({ problems: [{ problem, fix }] });
});
