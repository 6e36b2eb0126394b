import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { App } from "cdktf";
import { execa } from "execa";
import { prepareTerraform } from "../local/prepare/terraform";
import { readLocalSettings } from "../local/settings";
import { build } from "../main";
import { services } from "../services";
import { environment, readConfig } from "../stacks/config";

const settings = readLocalSettings();
const present = existsSync(settings.environment.TF_CLI_CONFIG_FILE);
if (!present) {
  console.warn(
    "terraform validate skipped: the providers are not on this machine; `npm run up` gets them",
  );
}

jest.setTimeout(180_000);

describe("what Terraform gets", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "validate-"));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  (present ? test : test.skip).each([
    ["registry", "dev"],
    ["images", "dev"],
    ["platform", "dev"],
    ["platform", "pr-7"],
  ])("stack %s of %s is valid for the providers' own schemas", async (stack, suffix) => {
    const outdir = path.join(folder, `${stack}-${suffix}`);
    const app = new App({ outdir });
    build(app, readConfig({ PLATFORM_SUFFIX: suffix }).config, services);
    app.synth();
    const { binary } = await prepareTerraform({
      cacheFolder: settings.cacheFolder,
      path: environment["PATH"] ?? "",
      report: console.log,
    });
    const options = {
      cwd: path.join(outdir, "stacks", stack),
      env: settings.environment,
      all: true,
      reject: false,
      timeout: 120_000,
    } as const;
    await execa(binary, ["init", "-backend=false", "-input=false", "-no-color"], options);
    const { all, exitCode } = await execa(binary, ["validate", "-no-color"], options);
    expect(all).toContain("The configuration is valid");
    expect(exitCode).toBe(0);
  });
});
