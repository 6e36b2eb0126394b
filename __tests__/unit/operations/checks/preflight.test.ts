import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test, vi } from "vitest";
import * as clients from "../../../../operations/checks/clients";
import { Refusal } from "../../../../operations/terminal/refusal";
import { preflightPhase } from "../../../../operations/checks/phase";
import {
  limited,
  problemsOf,
  runChecks,
  stateChecks,
} from "../../../../operations/checks/preflight";
import { answer, awsError, checkContext } from "../../../support/preflight";

const titles = (outcomes: readonly { readonly title: string }[]) =>
  outcomes.map(({ title }) => title);

/** Neither a container engine, Terraform nor AWS is available. */
const nothing = checkContext();

test("all problems are reported together, and checks that need credentials are skipped without them", async () => {
  const outcomes = await runChecks(nothing);
  const skipped = outcomes.filter(({ result }) => result === undefined);
  expect(titles(outcomes.filter(({ result }) => result !== undefined))).toEqual([
    "Container engine",
    "Secrets of builds",
    "Disk",
    "Terraform",
    "Identity provider",
    "AWS credentials",
  ]);
  expect(titles(skipped)).toEqual([
    "Session",
    "Availability zones",
    "Elastic IPs",
    "VPCs",
    "Fargate vCPU",
    "Service-linked roles",
    "Aurora version",
    "Domain",
    "Secrets of services",
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
  const slow = { title: "Disk", run: () => sleep(20, { found: "9 GB" }) };
  const quick = { title: "Terraform", run: () => Promise.resolve({ found: "1.12.0" }) };
  const checks = { anybody: [slow, quick], account: [] };
  expect(await runChecks(nothing, (line) => lines.push(line), checks)).toEqual([
    { title: "Disk", result: { found: "9 GB" } },
    { title: "Terraform", result: { found: "1.12.0" } },
  ]);
  expect(lines).toEqual(["checking Disk", "checking Disk, Terraform", "checking Disk"]);
});

describe("the place of the states", () => {
  const S3 = { PLATFORM_BACKEND: "s3", PLATFORM_STATE_BUCKET: "acme-states" };
  const CLOUD = {
    PLATFORM_BACKEND: "cloud",
    PLATFORM_HCP_ORGANIZATION: "acme",
    PLATFORM_HCP_HOSTNAME: "tfe.nowhere.invalid",
  };

  test.each([
    ["files", {}, [], []],
    ["a bucket", S3, [], ["State bucket"]],
    ["HCP Terraform", CLOUD, ["HCP Terraform"], []],
  ])("in %s is checked before Terraform reads a state", (_, variables, anybody, account) => {
    const checks = stateChecks(checkContext(variables).config);
    expect([titles(checks.anybody), titles(checks.account)]).toEqual([anybody, account]);
  });

  test("is checked with everything else, and a bucket for its versions too", async () => {
    const inBucket = titles(await runChecks(checkContext(S3)));
    expect(inBucket.slice(5, 9)).toEqual([
      "AWS credentials",
      "State bucket",
      "Versions of the states",
      "Session",
    ]);
    const inCloud = titles(await runChecks(checkContext(CLOUD)));
    expect(inCloud.slice(5, 8)).toEqual(["HCP Terraform", "AWS credentials", "Session"]);
  });
});

test("checks of the account run once its credentials are accepted", async () => {
  vi.spyOn(clients, "createClients").mockReturnValue(nothing.clients);
  answer(nothing.clients.sts, { Account: "123456789012", Arn: "arn" });
  const run = vi.fn(() => Promise.resolve({ found: "five" }));
  const outcomes = await runChecks(nothing, undefined, {
    anybody: [],
    account: [{ title: "VPCs", run }],
  });
  expect(outcomes).toEqual([
    { title: "AWS credentials", result: { found: "account 123456789012 in us-east-1, as arn" } },
    { title: "VPCs", result: { found: "five" } },
  ]);
  expect(run).toHaveBeenCalledWith(expect.objectContaining({ clients: nothing.clients }));
  expect(clients.createClients).toHaveBeenCalledWith(nothing.clientSettings, "us-east-1");
});

test("a check may take some time", async () => {
  const run = () => sleep(20, { found: "five" });
  expect(await limited({ title: "VPCs", run }, nothing)).toEqual({ found: "five" });
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
