import path from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { PROJECT_FOLDER } from "../../../project";
import { Checkout, SUFFIX } from "../e2e/support/checkout";
import { ENFORCED } from "./enforced";
import { ACCOUNT, assume } from "./github-token";

vi.setConfig({ testTimeout: 1_500_000, hookTimeout: 1_500_000 });

const checkout = new Checkout(path.join(PROJECT_FOLDER, ".platform", "e2e-role"));

const BOUNDARY = `arn:aws:iam::${ACCOUNT}:policy/setup/platform-task-boundary-${SUFFIX}`;
const DEPLOYS = [`platform-deploy-${SUFFIX}`, `repo:acme/platform:environment:${SUFFIX}`] as const;
const PLANS = [`platform-plan-${SUFFIX}`, "repo:acme/platform:pull_request"] as const;

/** Runs a command as the account's root. */
async function asRoot(command: string, limit: number) {
  const shell = `eval "$(npx platform env)" && ${command}`;
  return await checkout.run(`bash -c '${shell}'`, limit, ENFORCED);
}

/** Runs a command as a job of the pipeline does. */
async function asRole([role, subject]: readonly [string, string], command: string, limit: number) {
  const credentials = await assume(role, subject);
  const shell = [
    'eval "$(npx platform env)"',
    "export AWS_ACCESS_KEY_ID=$ROLE_KEY AWS_SECRET_ACCESS_KEY=$ROLE_SECRET",
    "export AWS_SESSION_TOKEN=$ROLE_TOKEN",
    command,
  ].join(" && ");
  // The states are in files: the setup's bucket refuses requests without TLS, which the
  // local AWS does not have.
  const env = { ...ENFORCED, ...credentials, PLATFORM_PERMISSIONS_BOUNDARY: BOUNDARY };
  return await checkout.run(`bash -c '${shell}'`, limit, env);
}

async function setUpAccount(): Promise<void> {
  const command = "npx platform setup --auto-approve --skip-provider-lock";
  expect(await asRoot(command, 300)).toMatchObject({ exitCode: 0 });
}

beforeAll(async () => {
  expect(await checkout.run("npx platform local-aws", 900, ENFORCED)).toMatchObject({
    exitCode: 0,
  });
});

afterAll(async () => {
  await checkout.run("npx platform down", 300, ENFORCED);
});

test("a deployment with one missing permission fails, and names the permission", async () => {
  const restore = checkout.edit("setup/aws/permissions/images.ts", '"PutLifecyclePolicy", ', "");
  await setUpAccount();
  const { exitCode, output } = await asRole(DEPLOYS, "npx platform deploy", 600);
  restore();
  expect(exitCode).toBe(1);
  expect(output).toContain(
    `AWS denies arn:aws:sts::${ACCOUNT}:assumed-role/platform-deploy-${SUFFIX}/e2e ecr:PutLifecyclePolicy`,
  );
  expect(output).toContain("setup/aws/permissions, at aws_ecr_lifecycle_policy");
});

test("the deploy role is sufficient for a whole deployment", async () => {
  await setUpAccount();
  const { exitCode, output } = await asRole(DEPLOYS, "npx platform deploy", 1200);
  expect(exitCode).toBe(0);
  expect(output).toContain("Stack platform");
  expect(output).toMatch(/Images in use: \d+ running, \d+ marks changed/);
});

test("the plan role finds no change, and healthy services", async () => {
  expect(await asRole(PLANS, "npx platform plan", 300)).toMatchObject({ exitCode: 0 });
  expect(await asRole(PLANS, "npx platform diagnose", 120)).toMatchObject({ exitCode: 0 });
  const { exitCode, output } = await asRole(PLANS, "npx platform envs", 60);
  expect([exitCode, output]).toEqual([0, expect.stringMatching(new RegExp(`│ ${SUFFIX} +│ \\d+`))]);
});

test("the plan role cannot deploy", async () => {
  const restore = checkout.edit("stacks/platform/log-days.ts", "LOG_DAYS = 7", "LOG_DAYS = 14");
  const { exitCode, output } = await asRole(PLANS, "npx platform deploy", 300);
  restore();
  expect(exitCode).toBe(1);
  expect(output).toContain("logs:PutRetentionPolicy");
});

test("a role refuses tokens of another environment's jobs", async () => {
  const [role] = DEPLOYS;
  await expect(assume(role, "repo:acme/platform:environment:prod")).rejects.toThrow(
    "Not authorized",
  );
  await expect(assume(role, PLANS[1])).rejects.toThrow("Not authorized");
});

test("a role that deploys refuses the environment's own jobs on another branch than main", async () => {
  await expect(assume(...DEPLOYS, "refs/heads/feature")).rejects.toThrow("Not authorized");
});

test("the deploy role is sufficient to change a service", async () => {
  checkout.edit("services/flask-api/flask_api/about.py", '{"service"', '{"edition": 2, "service"');
  expect(await asRole(DEPLOYS, "npx platform deploy", 600)).toMatchObject({ exitCode: 0 });
});

test("the deploy role is sufficient to destroy the environment", async () => {
  const command = `npx platform destroy ${SUFFIX}`;
  expect(await asRole(DEPLOYS, command, 900)).toMatchObject({ exitCode: 0 });
});
