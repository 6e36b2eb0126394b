import { beforeEach, describe, expect, test, vi } from "vitest";
import * as checks from "../../../../operations/checks/phase";
import {
  destroyEnvironment,
  requireGone,
} from "../../../../operations/deployment/destroy-environment";
import * as stack from "../../../../operations/deployment/destroy-stack";
import * as protection from "../../../../operations/deployment/protection";
import * as repositories from "../../../../operations/deployment/repositories";
import * as revisions from "../../../../operations/deployment/revisions";
import * as removal from "../../../../operations/secrets/removal";
import * as oldImages from "../../../../operations/images/old-images";
import * as discard from "../../../../operations/restoration/discard";
import { type Leaving, LeavingRuns } from "../../../../operations/deployment/leaving-runs";
import { createClients } from "../../../../operations/target/clients";
import { Failure } from "../../../../operations/terminal/run";
import * as synthesis from "../../../../operations/terraform/synthesis";
import { StackFailure } from "../../../../operations/terraform/terraform-process";
import { readConfig } from "../../../../project";
import { hearLines } from "../../../support/command";
import { environmentsWith } from "../../../support/environments";
import { answer, awsError } from "../../../support/preflight";
import { fixture } from "../../../support/services";
import { forgetSteps, phase, record, recording, steps } from "../../../support/steps";
import { targetOf } from "../../../support/target";

/** Ends a destroy with this outcome of its last stack, in an account with or without the first repository. */
async function destroyed(outcome: string, repository: unknown): Promise<void> {
  const clients = createClients({ region: "us-east-1" });
  answer(clients.ecr, repository);
  const results = [
    { title: "Stack platform", outcome: stack.NOTHING },
    { title: "Task definitions", outcome: "no unused revisions" },
    { title: "Stack registry", outcome },
  ];
  await requireGone(results, { clients, config: readConfig({}).config });
}

const THERE = { repositories: [{ repositoryArn: "arn:aws:ecr:us-east-1:1:repository/x" }] };
const GONE = awsError("RepositoryNotFoundException");

test("an environment that exists without a state does not count as destroyed", async () => {
  await expect(destroyed(stack.NOTHING, THERE)).rejects.toThrow(
    /^dev still exists, but there is no state of it here\.\n→ .*PLATFORM_BACKEND and PLATFORM_STATE_\*/,
  );
});

test("destroying an environment that is already gone is not a failure", async () => {
  await expect(destroyed(stack.NOTHING, GONE)).resolves.toBeUndefined();
});

test("an environment of which a stack was just destroyed is not looked up", async () => {
  await expect(destroyed("0 to add, 0 to change, 9 to destroy", THERE)).resolves.toBeUndefined();
});

const HOST = "123456789012.dkr.ecr.us-east-1.amazonaws.com";

/** What may still run while each stack is destroyed. */
const stoppedWhile: Leaving[] = [];

beforeEach(() => {
  forgetSteps();
  stoppedWhile.length = 0;
  vi.spyOn(LeavingRuns.prototype, "during").mockImplementation(async function (
    this: LeavingRuns,
    work,
  ) {
    stoppedWhile.push(this.leaving);
    return await work();
  });
  hearLines();
  vi.spyOn(checks, "requireStatePlace").mockImplementation(recording("state place"));
  vi.spyOn(synthesis, "synthesize").mockImplementation(recording("synthesis"));
  vi.spyOn(repositories, "readRepositories").mockImplementation(() => {
    record("repositories");
    return Promise.resolve({ web: `${HOST}/platform-dev/web` });
  });
  vi.spyOn(checks, "requireAccount").mockImplementation(recording("account"));
  vi.spyOn(protection, "requireUnprotected").mockImplementation(recording("protection on AWS"));
  vi.spyOn(discard, "requireNoLeftCluster").mockImplementation(recording("left clusters"));
  vi.spyOn(stack, "destroyStack").mockImplementation((name) => {
    record(`destroy ${name}`);
    return Promise.resolve("0 to add, 0 to change, 9 to destroy");
  });
  vi.spyOn(revisions, "revisionsPhase").mockImplementation(() => phase("revisions"));
  vi.spyOn(removal, "removeSecretsPhase").mockImplementation(() => phase("secrets"));
  vi.spyOn(oldImages, "allImagesPhase").mockImplementation((_, hosts) =>
    phase(`images in the engine of ${hosts.join()}`),
  );
});

async function destroy(isProtected = false, beforeEachStack?: () => Promise<void>) {
  const settings = isProtected ? ({ protected: true, plainHttp: true } as const) : {};
  const { config } = readConfig({}, environmentsWith(settings), fixture);
  return await destroyEnvironment(targetOf({ config, services: fixture }), beforeEachStack);
}

const CHECKS = [
  "state place",
  "synthesis",
  "repositories",
  "account",
  "protection on AWS",
  "left clusters",
];

describe("a destruction", () => {
  test("checks everything before anything goes, then destroys what uses a stack before the stack", async () => {
    const results = await destroy();
    expect(steps).toEqual([
      ...CHECKS,
      "destroy platform",
      // Its cluster is gone, so that nothing uses them any more.
      "revisions",
      "destroy images",
      "destroy registry",
      "secrets",
      `images in the engine of ${HOST}`,
    ]);
    expect(results.map(({ title }) => title)).toEqual([
      "Stack platform",
      "revisions",
      "Stack images",
      "Stack registry",
      "secrets",
      `images in the engine of ${HOST}`,
    ]);
  });

  test("compares the account with the one that the repositories are in", async () => {
    await destroy();
    const { terraform } = targetOf();
    expect(repositories.readRepositories).toHaveBeenCalledWith(
      expect.objectContaining({ terraform }),
    );
    expect(checks.requireAccount).toHaveBeenCalledWith(
      expect.objectContaining({ deployedRepositories: { web: `${HOST}/platform-dev/web` } }),
    );
  });

  test("of an environment that environments.ts protects asks nobody, and destroys nothing", async () => {
    await expect(destroy(true)).rejects.toThrow("dev is protected");
    expect(steps).toEqual([]);
  });

  test.each([
    ["the states cannot be reached", () => checks.requireStatePlace],
    ["the credentials are of another account", () => checks.requireAccount],
    ["AWS protects it", () => protection.requireUnprotected],
    ["a restore has left a cluster", () => discard.requireNoLeftCluster],
  ])("does not begin if %s", async (_, check) => {
    vi.mocked(check()).mockRejectedValue(new Failure(["it must not"]));
    await expect(destroy()).rejects.toThrow("it must not");
    expect(stack.destroyStack).not.toHaveBeenCalled();
    expect(steps).not.toContain("revisions");
  });

  test("of an expired preview asks before each stack, and leaves the rest once it is in use again", async () => {
    const answers = [true, false];
    const inUse = () => {
      record("asked");
      return answers.shift() ? Promise.resolve() : Promise.reject(new Failure(["in use again"]));
    };
    await expect(destroy(false, inUse)).rejects.toThrow("in use again");
    expect(steps).toEqual([...CHECKS, "asked", "destroy platform", "revisions", "asked"]);
  });

  test("that fails for a known reason names it and the fix, then Terraform's words", async () => {
    const locked = 'workspace already locked (lock ID: "acme/platform-registry-use1-dev")';
    vi.mocked(repositories.readRepositories).mockRejectedValue(
      new StackFailure("registry", [locked, locked]),
    );
    await expect(destroy()).rejects.toThrow(
      new RegExp(
        [
          "stack registry failed; run the same command again to destroy the rest\\.",
          "The workspace acme/platform-registry-use1-dev is locked.*",
          "→ .*force-unlock acme/platform-registry-use1-dev",
          "Terraform said:",
          "workspace already locked [^\\n]*$",
        ].join("\\n"),
      ),
    );
  });
});

test("while the platform goes, the runs of all its jobs and one-off tasks are stopped", async () => {
  await destroy();
  const services = ["web", "orders", "order-archive"];
  expect(stoppedWhile).toEqual([
    { services, formerJobs: [] },
    { services: [], formerJobs: [] },
    { services: [], formerJobs: [] },
  ]);
});
