import { writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { holdsResources } from "../../../operations/deployment/destroy-stack";
import { PROJECT_FOLDER } from "../../../project";
import type { Workspace } from "../../support/hcp/account";
import { type FakeHcp, startHcp } from "../../support/hcp/server";
import { currentState } from "../../support/hcp/state-versions";
import { Checkout, SUFFIX, changesOf, noChange } from "../e2e/support/checkout";
import { ORIGIN } from "../e2e/support/local-aws";

vi.setConfig({ testTimeout: 900_000, hookTimeout: 900_000 });

const STACKS = ["registry", "images", "platform"] as const;

/** The smallest platform: one public service, and no database. */
const CATALOGUE = `import { defineServices } from "../spec/service/spec";

export const services = defineServices({
  "fraud-detection": {
    port: 8080,
    health: "/health",
    path: "/",
    size: { cpu: 256, memory: 512 },
  },
});
`;

const checkout = new Checkout(path.join(PROJECT_FOLDER, ".platform", "e2e"));
let hcp: FakeHcp;

beforeAll(async () => {
  writeFileSync(path.join(checkout.folder, "services", "index.ts"), CATALOGUE);
  hcp = await startHcp();
  for (const stack of STACKS) {
    hcp.account.create(`platform-${stack}-use1-${SUFFIX}`, "local");
  }
  expect((await checkout.run("npx platform local-aws", 900)).exitCode).toBe(0);
  const { exitCode } = await checkout.run(`bash -c '${prepareVariables()}'`, 60, variables());
  expect(exitCode).toBe(0);
});

afterAll(async () => {
  await checkout.run("npx platform down", 300);
  await hcp.close();
});

/** The settings of a user whose states are at the server. */
function variables(): Record<string, string> {
  return {
    PLATFORM_BACKEND: "cloud",
    PLATFORM_HCP_ORGANIZATION: hcp.account.organization,
    PLATFORM_HCP_HOSTNAME: hcp.host,
    NODE_EXTRA_CA_CERTS: hcp.certificate,
    SSL_CERT_FILE: hcp.certificate,
  };
}

/** Writes what points a shell to the local AWS; Terraform's configuration gets the server's token. */
function prepareVariables(): string {
  return [
    "mkdir -p .platform",
    "npx platform env > .platform/env",
    ". .platform/env",
    `cat "$TF_CLI_CONFIG_FILE" ${hcp.credentials} > .platform/terraform.rc`,
    "echo export TF_CLI_CONFIG_FILE=$PWD/.platform/terraform.rc >> .platform/env",
  ].join(" && ");
}

/** Runs a command as on AWS. */
function run(command: string, limit = 300) {
  return checkout.run(`bash -c '. .platform/env && npx platform ${command}'`, limit, variables());
}

function workspaceOf(stack: string): Workspace {
  const found = hcp.account.workspaces.get(`platform-${stack}-use1-${SUFFIX}`);
  if (!found) throw new Error(`there is no workspace of ${stack}`);
  return found;
}

/** Whether a stack's newest state has anything that a destruction would remove. */
function hasResources(stack: string): boolean {
  return holdsResources(JSON.parse(currentState(workspaceOf(stack))?.text ?? ""));
}

test("a workspace whose runs are remote is refused by its name, before anything is created", async () => {
  workspaceOf("registry").executionMode = "remote";
  const { exitCode, output } = await run("deploy");
  expect(exitCode).toBe(1);
  expect(output).toContain(
    `platform-registry-use1-${SUFFIX} has the execution mode remote, but a run in HCP Terraform cannot reach the local AWS`,
  );
  expect(workspaceOf("registry").states).toEqual([]);
  workspaceOf("registry").executionMode = "local";
});

test("plan works while no workspace has a state", async () => {
  const { exitCode, output } = await run("plan");
  expect(output).toMatch(/stack registry +[1-9]\d* to add/);
  expect(exitCode).toBe(2);
});

test("a deployment leaves one state in each workspace, and unlocks them", async () => {
  const { exitCode } = await run("deploy", 900);
  expect(exitCode).toBe(0);
  expect(STACKS.map(hasResources)).toEqual([true, true, true]);
  expect(STACKS.map((stack) => workspaceOf(stack).locked)).toEqual([false, false, false]);
  expect((await fetch(`${ORIGIN}/health`)).status).toBe(200);
});

test("a second deployment changes nothing, and plan says so although the workspaces are locked", async () => {
  const { exitCode, output } = await run("deploy");
  expect(exitCode).toBe(0);
  expect(STACKS.map((stack) => changesOf(stack, output))).toEqual([noChange, noChange, noChange]);
  for (const stack of STACKS) workspaceOf(stack).locked = true;
  const plan = await run("plan");
  for (const stack of STACKS) workspaceOf(stack).locked = false;
  expect(plan.output).toMatch(/fraud-detection +no change/);
  expect(plan.exitCode).toBe(0);
});

test("a changed service is rolled out alone", async () => {
  checkout.append("services/fraud-detection/src/server.ts", "\n// edition 2\n");
  const { exitCode, output } = await run("deploy");
  expect(exitCode).toBe(0);
  expect(changesOf("images", output)).toBe("5 to add, 0 to change, 5 to destroy");
  expect(changesOf("platform", output)).toBe("1 to add, 1 to change, 1 to destroy");
});

test("destroy leaves no resource in any state", async () => {
  expect((await run(`destroy ${SUFFIX}`)).exitCode).toBe(0);
  expect(STACKS.map(hasResources)).toEqual([false, false, false]);
});
