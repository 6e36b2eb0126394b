import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { App } from "cdktf";
import { execa } from "execa";
import { afterAll, describe, expect, test, vi } from "vitest";
import { prepareTerraform } from "../../local/machine/terraform";
import { readFileStateSettings } from "../../local/aws/settings";
import { build } from "../../main";
import { environment, readConfig } from "../../project";
import type { Scaling } from "../../spec/service/scaling";
import type { Additions } from "../../stacks/platform/addition";
import type { EnvironmentSettings } from "../../spec/environment/settings";
import { additions } from "../support/additions";
import { environmentsWith } from "../support/environments";
import { hasTools } from "../support/tools";

const settings = readFileStateSettings();
const present = hasTools("terraform validate", "providers");

type Case = [
  title: string,
  stack: string,
  env: Record<string, string>,
  EnvironmentSettings,
  Additions?,
];

/** Every word of it. */
const scaling: Scaling = {
  min: 2,
  max: 10,
  cpu: 40,
  memory: 60,
  requests: 600,
  cooldown: { outSeconds: 0, inSeconds: 900 },
  schedule: [
    { cron: "0 8 ? * MON-FRI *", timeZone: "Europe/Berlin", min: 4, max: 20 },
    { at: "2099-12-24T18:00:00", min: 1, max: 2 },
  ],
};

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
  [
    "platform that scales by every word",
    "platform",
    {},
    { services: { "flask-api": { scaling } } },
  ],
  ["platform with a team's own cache", "platform", {}, {}, additions],
];

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const terraform = async () => {
  const { binary } = await prepareTerraform({
    cacheFolder: settings.cacheFolder,
    path: environment["PATH"] ?? "",
    report: console.log,
  });
  return binary;
};

describe("the configuration for Terraform", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "validate-"));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  test.skipIf(!present).each(CASES)(
    "%s is valid for the providers' own schemas",
    async (title, stack, env, settingsOfDev, added) => {
      const outdir = path.join(folder, title);
      const app = new App({ outdir });
      const { config, services } = readConfig(env, environmentsWith(settingsOfDev));
      build(app, config, services, undefined, added);
      app.synth();
      const binary = await terraform();
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

  /**
   * HCP Terraform's service discovery, set in the CLI configuration: Terraform then makes no
   * request before it looks for the token.
   */
  const KNOWN_HOST = `host "app.terraform.io" {
  services = { "tfe.v2" = "https://127.0.0.1:1/api/v2/" }
}
`;

  test.skipIf(!present)("a state in HCP Terraform needs a token, and nothing else", async () => {
    const app = new App({ outdir: path.join(folder, "cloud") });
    const cloud = { PLATFORM_BACKEND: "cloud", PLATFORM_HCP_ORGANIZATION: "acme" };
    const { config, services } = readConfig(cloud);
    build(app, config, services);
    app.synth();
    const cliConfig = path.join(folder, "terraform.rc");
    writeFileSync(cliConfig, KNOWN_HOST);
    const { all, exitCode } = await execa(
      await terraform(),
      ["init", "-input=false", "-no-color"],
      {
        cwd: path.join(folder, "cloud", "stacks", "registry"),
        // A home folder without a token.
        env: { TF_CLI_CONFIG_FILE: cliConfig, TF_TOKEN_app_terraform_io: "", HOME: folder },
        all: true,
        reject: false,
        timeout: 120_000,
      },
    );
    expect(all).toContain("Required token could not be found");
    expect(all).toContain("generate a token for app.terraform.io");
    expect(exitCode).toBe(1);
  });
});
