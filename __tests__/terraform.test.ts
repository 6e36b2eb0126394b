import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { App } from "cdktf";
import { execa } from "execa";
import { prepareTerraform } from "../local/prepare/terraform";
import { readLocalSettings } from "../local/settings";
import { build } from "../main";
import { environment, readConfig } from "../stacks/config";
import type { EnvironmentSettings } from "../stacks/environment-settings";
import { environmentsWith } from "./support/environments";

const settings = readLocalSettings();
const present = existsSync(settings.environment.TF_CLI_CONFIG_FILE);
if (!present) {
  console.warn(
    "terraform validate skipped: the providers are not on this machine; `npm run up` gets them",
  );
}

type Case = [title: string, stack: string, env: Record<string, string>, EnvironmentSettings];

const CASES: Case[] = [
  ["registry", "registry", {}, {}],
  ["registry that others promote from", "registry", {}, { pullableBy: ["111122223333"] }],
  ["images", "images", {}, {}],
  ["images of another environment", "images", {}, { promoteFrom: { environment: "blue" } }],
  ["platform", "platform", {}, {}],
  ["platform of a preview", "platform", { PLATFORM_SUFFIX: "pr-7" }, {}],
  [
    ...(["platform with a domain", "platform", {}] as const),
    { domain: { name: "dev.example.com", hostedZone: "example.com" } },
  ],
];

jest.setTimeout(180_000);

describe("what Terraform gets", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "validate-"));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  (present ? test : test.skip).each(CASES)(
    "%s is valid for the providers' own schemas",
    async (title, stack, env, settingsOfDev) => {
      const outdir = path.join(folder, title);
      const app = new App({ outdir });
      const { config, services } = readConfig(env, environmentsWith(settingsOfDev));
      build(app, config, services);
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
    },
  );
});
