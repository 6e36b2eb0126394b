import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DataResource, TerraformOutput, TerraformStack } from "cdktf";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createApp } from "../../stacks/options/app";
import { execa } from "execa";
import { prepareTerraform } from "../../local/machine/terraform";
import { readFileStateSettings } from "../../local/aws/settings";
import { keepState } from "../../stacks/options/backend";
import { environment, readConfig } from "../../project";
import { type FakeS3, startS3 } from "../support/s3";
import { hasTools } from "../support/tools";

const { cacheFolder, environment: local } = readFileStateSettings();
const present = hasTools("states in S3", "providers");
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

/** Two stacks without a provider; the second reads a value of the first, which applies for 5 s. */
function synthesize(outdir: string, endpoint: string, region = "us-east-1"): void {
  const { config, problems } = readConfig({
    PLATFORM_BACKEND: "s3",
    PLATFORM_STATE_BUCKET: "acme-states",
    PLATFORM_STATE_REGION: region,
    AWS_ENDPOINT_URL: endpoint,
  });
  expect(problems).toEqual([]);
  const app = createApp(outdir);
  const registry = new TerraformStack(app, "registry");
  keepState(registry, config);
  const repository = new DataResource(registry, "repository", {});
  repository.addOverride("input", "a repository");
  repository.addOverride("provisioner", [{ "local-exec": { command: "sleep 5" } }]);
  const images = new TerraformStack(app, "images");
  keepState(images, config);
  new TerraformOutput(images, "found", { value: repository.output.toString() });
  app.synth();
}

async function until(condition: () => boolean): Promise<void> {
  for (let times = 0; !condition(); times++) {
    if (times === 100) throw new Error("nothing in 10 s");
    await sleep(100);
  }
}

describe.skipIf(!present)("states in S3, kept by Terraform itself", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "s3-state-"));
  let s3: FakeS3;
  let program: string;

  beforeAll(async () => {
    s3 = await startS3();
    synthesize(folder, s3.url);
    const found = { cacheFolder, path: environment["PATH"] ?? "", report: console.log };
    program = (await prepareTerraform(found)).binary;
    await terraform("registry", "init", "-input=false");
  });
  afterAll(() => {
    s3.close();
    rmSync(folder, { recursive: true });
  });

  /** The environment alone selects this S3. */
  function terraform(stack: string, ...args: string[]) {
    return terraformIn(path.join(folder, "stacks", stack), ...args);
  }
  function terraformIn(cwd: string, ...args: string[]) {
    return execa(program, [...args, "-no-color"], {
      cwd,
      env: { ...local, AWS_ENDPOINT_URL: s3.url, TF_CLI_ARGS_init: "" },
      all: true,
      reject: false,
      timeout: 60_000,
    });
  }
  const state = () => {
    const json = s3.objects.get("/acme-states/us-east-1/platform/dev/registry.tfstate") ?? "null";
    return JSON.parse(json) as { serial: number; resources: unknown[] };
  };

  test("the second of two concurrent deployments learns the lock's holder, and damages no state", async () => {
    const first = terraform("registry", "apply", "-auto-approve");
    const lock = "/acme-states/us-east-1/platform/dev/registry.tfstate.tflock";
    await until(() => s3.objects.has(lock));
    const second = await terraform("registry", "apply", "-auto-approve", "-lock-timeout=1s");
    expect(second.exitCode).toBe(1);
    expect(second.all).toContain("Error acquiring the state lock");
    expect(second.all).toMatch(/Who: +\S+@\S+/);

    const { exitCode, all } = await first;
    expect(all).toContain("1 added, 0 changed, 0 destroyed");
    expect(exitCode).toBe(0);
    expect(state().resources).toHaveLength(1);
    expect(s3.objects.has(lock)).toBe(false);
    const again = await terraform("registry", "plan", "-detailed-exitcode");
    expect(again.all).toContain("No changes");
    expect(again.exitCode).toBe(0);
  });

  test("a stack reads a value from another stack's state in S3", async () => {
    await terraform("images", "init", "-input=false");
    const { all } = await terraform("images", "apply", "-auto-approve");
    expect(all).toContain("Apply complete!");
    const { stdout } = await terraform("images", "output", "-raw", "found");
    expect(stdout).toBe("a repository");
    expect([...s3.objects.keys()].sort()).toEqual([
      "/acme-states/us-east-1/platform/dev/images.tfstate",
      "/acme-states/us-east-1/platform/dev/registry.tfstate",
    ]);
  });

  test("the bucket's region may be newer than Terraform, for the writer and for the reader", async () => {
    const taipei = path.join(folder, "taipei");
    mkdirSync(taipei);
    synthesize(taipei, s3.url, "ap-east-2");
    const images = path.join(taipei, "stacks", "images");
    const { all } = await terraformIn(images, "init", "-input=false");
    expect(all).toContain("Terraform has been successfully initialized");
    s3.objects.clear();
    const plan = await terraformIn(images, "plan");
    expect(plan.all).toContain("Unable to find remote state");
    expect(plan.all).not.toContain("egion");
  });
});
