import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { DataResource, LocalBackend, TerraformOutput, TerraformStack } from "cdktf";
import { afterAll, beforeEach, describe, expect, test, vi } from "vitest";
import { prepareTerraform } from "../../local/machine/terraform";
import { readFileStateSettings } from "../../local/aws/settings";
import { type Approval, readApproval, writeApproval } from "../../operations/approval/approval";
import { applyApproved, approvalPhase } from "../../operations/approval/apply-approved";
import { propose } from "../../operations/approval/proposal";
import { STACKS, applyStack, readState } from "../../operations/terraform/terraform-stack";
import { environment, readConfig } from "../../project";
import { createApp } from "../../stacks/options/app";
import { hasTools } from "../support/tools";

const { cacheFolder, environment: local } = readFileStateSettings();
const present = hasTools("an approved plan", "providers");
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const folder = mkdtempSync(path.join(tmpdir(), "approved-"));
const { config } = readConfig({ PLATFORM_SUFFIX: "dev", AWS_REGION: "us-east-1" });
afterAll(() => {
  rmSync(folder, { recursive: true });
});

interface Sources {
  readonly image?: string;
  readonly size?: number;
}

/** Three stacks like the platform's: an image's id shows once it is made, and a task is made from it. */
function synthesize({ image = "one", size = 256 }: Sources = {}): void {
  const app = createApp(folder);
  const [registry, images, platform] = STACKS.map((name) => {
    const stack = new TerraformStack(app, name);
    new LocalBackend(stack, { path: path.join(folder, `${name}.tfstate`) });
    return stack;
  });
  if (!registry || !images || !platform) throw new Error("there are three stacks");
  const repository = new DataResource(registry, "repository", {
    triggersReplace: { name: "a repository" },
  });
  const pushed = new DataResource(images, "image", {
    triggersReplace: { image, repository: repository.id },
  });
  new DataResource(platform, "task", { triggersReplace: { image: pushed.id } });
  const service = new DataResource(platform, "service", {});
  service.addOverride("input", { size });
  new TerraformOutput(platform, "url", { value: service.id });
  app.synth();
}

describe.skipIf(!present)("an approved plan, made by Terraform itself", () => {
  let terraform: string;
  const options = () => ({
    terraform,
    environment: local,
    signal: new AbortController().signal,
    report: () => undefined,
    synthFolder: folder,
  });

  beforeEach(async () => {
    const found = { cacheFolder, path: environment["PATH"] ?? "", report: () => undefined };
    terraform = (await prepareTerraform(found)).binary;
    for (const stack of STACKS) rmSync(path.join(folder, `${stack}.tfstate`), { force: true });
  });

  /** Plans these sources, and takes the plan through the files that somebody approves. */
  async function approve(sources: Sources = {}): Promise<Approval> {
    synthesize(sources);
    const { stacks, text } = await propose({
      ...options(),
      planningOf: () => Promise.resolve({ trustState: false, replace: [] }),
    });
    const content = { environment: "platform-dev in us-east-1", leaving: [], farewell: [] };
    const out = path.join(folder, "out");
    writeApproval(out, { ...content, madeAt: new Date().toISOString(), stacks }, text);
    return readApproval(out, config, new Date());
  }

  /** Deploys these sources as the approval says. */
  async function deploy(approval: Approval, sources: Sources = {}) {
    synthesize(sources);
    const check = approvalPhase(approval, config, options(), []);
    await check.run(() => undefined);
    const apply = applyApproved(approval, "dev");
    const done = [];
    for (const stack of STACKS) done.push(await apply(stack, options()));
    return done.map(({ add, change, remove }) => [add, change, remove]);
  }

  test("of an environment that does not exist covers every stack, and is applied as it was approved", async () => {
    const approval = await approve();
    expect(STACKS.map((stack) => approval.stacks[stack].changes.length)).toEqual([1, 1, 2]);
    expect(await deploy(approval)).toEqual([
      [1, 0, 0],
      [1, 0, 0],
      [2, 0, 0],
    ]);
  });

  test("of a new image covers the tasks that will run it, and a setting beside it", async () => {
    await deploy(await approve());
    const sources = { image: "two", size: 512 };
    const approval = await approve(sources);
    const [task, service] = [...approval.stacks.platform.changes].sort((a, b) =>
      a.action.localeCompare(b.action),
    );
    expect(task).toMatchObject({
      action: "replace",
      after: { "/triggers_replace/image": "unknown" },
    });
    expect(service?.action).toBe("update");
    expect(await deploy(approval, sources)).toEqual([
      [0, 0, 0],
      [1, 0, 1],
      [1, 1, 1],
    ]);
  });

  test("holds no value of the plan", async () => {
    await deploy(await approve());
    await approve({ size: 98765 });
    const file = (name: string) => readFileSync(path.join(folder, "out", name), "utf8");
    expect(file("approval.json")).not.toContain("98765");
    // What a person reads shows values, except those that Terraform masks.
    expect(file("plan.txt")).toContain("98765");
  });

  test("is refused for other sources", async () => {
    await deploy(await approve());
    const approval = await approve({ size: 512 });
    await expect(deploy(approval, { size: 1024 })).rejects.toThrow(
      "the configuration of platform is another one: sources, settings or catalogue differ, or a database password has become due since",
    );
  });

  test("is refused once the state has moved", async () => {
    await deploy(await approve());
    const approval = await approve({ size: 512 });
    synthesize({ size: 300 });
    await applyStack("platform", options());
    await expect(deploy(approval, { size: 512 })).rejects.toThrow(
      "the state of platform has moved",
    );
  });

  test("is refused, with the resource, where a stack would do more than was approved", async () => {
    await deploy(await approve());
    const approval = await approve({ size: 512 });
    const less = { ...approval.stacks.platform, changes: [] };
    const doctored = { ...approval, stacks: { ...approval.stacks, platform: less } };
    await expect(deploy(doctored, { size: 512 })).rejects.toThrow(
      /platform was not applied[^]*terraform_data\.service: update was not approved[^]*plan it again/,
    );
    const state = JSON.stringify(await readState("platform", options()));
    expect(state).toContain('"size":256');
  });

  test("is refused where a stack would do something else than was approved", async () => {
    await deploy(await approve());
    const approval = await approve({ size: 512 });
    const { platform } = (await approve({ size: 1024 })).stacks;
    const changed = { ...approval.stacks.platform, changes: platform.changes };
    const doctored = { ...approval, stacks: { ...approval.stacks, platform: changed } };
    await expect(deploy(doctored, { size: 512 })).rejects.toThrow(
      "terraform_data.service: another change of input.size",
    );
  });
});
