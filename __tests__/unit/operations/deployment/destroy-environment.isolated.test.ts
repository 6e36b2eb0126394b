import Docker from "dockerode";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { requireAccount, requireStatePlace } from "../../../../operations/checks/phase";
import { destroyEnvironment } from "../../../../operations/deployment/destroy-environment";
import { destroyStack } from "../../../../operations/deployment/destroy-stack";
import { requireUnprotected } from "../../../../operations/deployment/protection";
import { readRepositories } from "../../../../operations/deployment/repositories";
import { requireNoLeftCluster } from "../../../../operations/restoration/discard";
import { createClients } from "../../../../operations/target/clients";
import { Failure } from "../../../../operations/terminal/run";
import { synthesize } from "../../../../operations/terraform/synthesis";
import { readConfig } from "../../../../project";
import { environmentsWith } from "../../../support/environments";
import { fixture } from "../../../support/services";

/** What a destruction does, in its order. */
let steps: string[] = [];

const phase = vi.hoisted(() => (step: string, record: (step: string) => void) => ({
  title: step,
  run: () => {
    record(step);
    return Promise.resolve(undefined);
  },
}));

const record = (step: string) => {
  steps.push(step);
};
const recording = (step: string) => () => {
  record(step);
  return Promise.resolve();
};

vi.mock("../../../../operations/checks/phase");
vi.mock("../../../../operations/terraform/synthesis");
vi.mock("../../../../operations/restoration/discard");
vi.mock("../../../../operations/deployment/destroy-stack");
vi.mock("../../../../operations/deployment/protection", async (importOriginal) => ({
  ...(await importOriginal<object>()),
  requireUnprotected: vi.fn(),
}));
vi.mock("../../../../operations/deployment/repositories", async (importOriginal) => ({
  ...(await importOriginal<object>()),
  readRepositories: vi.fn(),
}));
vi.mock("../../../../operations/deployment/revisions", () => ({
  revisionsPhase: () => phase("revisions", record),
}));
vi.mock("../../../../operations/images/old-images", () => ({
  allImagesPhase: (_: unknown, hosts: readonly string[]) =>
    phase(`images in the engine of ${hosts.join()}`, record),
}));

const HOST = "123456789012.dkr.ecr.us-east-1.amazonaws.com";

beforeEach(() => {
  steps = [];
  vi.resetAllMocks();
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, "write").mockReturnValue(true);
  }
  vi.mocked(requireStatePlace).mockImplementation(recording("state place"));
  vi.mocked(synthesize).mockImplementation(recording("synthesis"));
  vi.mocked(readRepositories).mockImplementation(() => {
    record("repositories");
    return Promise.resolve({ web: `${HOST}/platform-dev/web` });
  });
  vi.mocked(requireAccount).mockImplementation(recording("account"));
  vi.mocked(requireUnprotected).mockImplementation(recording("protection on AWS"));
  vi.mocked(requireNoLeftCluster).mockImplementation(recording("left clusters"));
  vi.mocked(destroyStack).mockImplementation((stack) => {
    record(`destroy ${stack}`);
    return Promise.resolve("0 to add, 0 to change, 9 to destroy");
  });
});

async function destroy(isProtected = false, beforeEachStack?: () => Promise<void>) {
  const settings = isProtected ? ({ protected: true, plainHttp: true } as const) : {};
  const { config } = readConfig({}, environmentsWith(settings), fixture);
  const clientSettings = { region: config.region };
  const target = {
    config,
    services: fixture,
    clientSettings,
    clients: createClients(clientSettings),
    environment: {},
    terraform: "/nowhere/terraform",
    docker: new Docker({ socketPath: "/nowhere/docker.sock" }),
    signal: new AbortController().signal,
  };
  return await destroyEnvironment(target, beforeEachStack);
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
    await destroy();
    expect(steps).toEqual([
      ...CHECKS,
      "destroy platform",
      // Its cluster is gone, so that nothing uses them any more.
      "revisions",
      "destroy images",
      "destroy registry",
      `images in the engine of ${HOST}`,
    ]);
  });

  test("compares the account with the one that the repositories are in", async () => {
    await destroy();
    expect(requireAccount).toHaveBeenCalledWith(
      expect.objectContaining({ deployedRepositories: { web: `${HOST}/platform-dev/web` } }),
    );
  });

  test("of an environment that environments.ts protects asks nobody, and destroys nothing", async () => {
    await expect(destroy(true)).rejects.toThrow("dev is protected");
    expect(steps).toEqual([]);
  });

  test.each([
    ["the states cannot be reached", requireStatePlace],
    ["the credentials are of another account", requireAccount],
    ["AWS protects it", requireUnprotected],
    ["a restore has left a cluster", requireNoLeftCluster],
  ])("does not begin if %s", async (_, check) => {
    vi.mocked(check).mockRejectedValue(new Failure(["it must not"]));
    await expect(destroy()).rejects.toThrow("it must not");
    expect(destroyStack).not.toHaveBeenCalled();
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
});
