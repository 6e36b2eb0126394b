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

const DOMAIN = { PLATFORM_DOMAIN: "dev.example.com", PLATFORM_HOSTED_ZONE: "example.com" };

const CASES: [title: string, stack: string, env: Record<string, string>][] = [
  ["registry", "registry", {}],
  ["images", "images", {}],
  ["platform", "platform", {}],
  ["platform with a domain", "platform", DOMAIN],
];

jest.setTimeout(180_000);

describe("what Terraform gets", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "validate-"));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  (present ? test : test.skip).each(CASES)(
    "stack %s is valid for the providers' own schemas",
    async (title, stack, env) => {
      const app = new App({ outdir: path.join(folder, title) });
      build(app, readConfig(env).config, services);
      app.synth();
      const { binary } = await prepareTerraform({
        cacheFolder: settings.cacheFolder,
        path: environment["PATH"] ?? "",
        report: console.log,
      });
      const options = {
        cwd: path.join(folder, title, "stacks", stack),
        env: settings.environment,
        all: true,
        reject: false,
        timeout: 120_000,
      } as const;
      await execa(binary, ["init", "-backend=false", "-input=false", "-no-color"], options);
      const { all, exitCode } = await execa(binary, ["validate", "-no-color"], options);
      expect(all).toContain("The configuration is valid");
      expect(exitCode).toBe(0);
    },
  );
});
