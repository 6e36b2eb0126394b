import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { deploy } from "../../../commands/deploy";
import * as approvals from "../../../operations/approval/approval";
import * as deployment from "../../../operations/deployment/deploy-stacks";
import * as synthesis from "../../../operations/terraform/synthesis";
import * as stacks from "../../../operations/terraform/terraform-stack";
import { hearLines, run } from "../../support/command";

beforeEach(() => {
  hearLines();
  vi.spyOn(stacks, "readOutputs").mockResolvedValue({ url: "http://lb.example.com" });
  vi.spyOn(deployment, "deployStacks").mockResolvedValue();
  vi.spyOn(synthesis, "synthesize").mockResolvedValue();
});
afterEach(() => {
  vi.unstubAllEnvs();
});

/** The variables of the last synthesis. */
const synthesized = () => vi.mocked(synthesis.synthesize).mock.lastCall?.[0].environment;

test("the named environment is deployed, whatever the shell has chosen", async () => {
  vi.stubEnv("PLATFORM_SUFFIX", "blue");
  await run(deploy, "pr-7");
  const deployed = vi.mocked(deployment.deployStacks).mock.calls;
  expect(deployed.map(([{ config }]) => config.suffix)).toEqual(["pr-7"]);
  // Terraform would ask HashiCorp for a newer version of itself.
  const variables = { PLATFORM_SUFFIX: "pr-7", CHECKPOINT_DISABLE: "1" };
  expect(synthesized()).toEqual(variables);
});

test("a database is left only by its name, in the synthesis and in the check before it", async () => {
  await run(deploy, "dev", "--leave-database", "orders", "sales");
  expect(synthesized()).toHaveProperty("PLATFORM_LEFT_DATABASES", "orders,sales");
  const [target] = vi.mocked(deployment.deployStacks).mock.lastCall ?? [];
  expect(target?.config.leftDatabases).toEqual(["orders", "sales"]);
  await run(deploy, "dev");
  expect(synthesized()).not.toHaveProperty("PLATFORM_LEFT_DATABASES");
});

test("what was approved is what is deployed", async () => {
  // Nothing here reads more of it.
  const approval = { madeAt: "2026-11-29T10:00:00Z" } as approvals.Approval;
  vi.spyOn(approvals, "readApproval").mockReturnValue(approval);
  await run(deploy, "dev", "--plan", "approved");
  expect(deployment.deployStacks).toHaveBeenCalledWith(expect.anything(), approval);
});

test("an approved plan is refused where HCP Terraform makes a plan of its own", async () => {
  vi.stubEnv("PLATFORM_BACKEND", "cloud");
  vi.stubEnv("PLATFORM_HCP_ORGANIZATION", "acme");
  await expect(run(deploy, "dev", "--plan", "approved")).rejects.toThrow("cannot be approved");
  expect(deployment.deployStacks).not.toHaveBeenCalled();
});
