import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { execa } from "execa";
import { afterAll, expect, test } from "vitest";
import { writeLoginHelper } from "../../../../stacks/images/registry-login";
import { createApp } from "../../../../stacks/options/app";
import { TerraformStack } from "cdktf";
import { fixture } from "../../../support/services";
import { synthesize } from "../../../support/synth";

const folder = mkdtempSync(path.join(tmpdir(), "registry-login-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test("no stack has a login to a registry: neither a data source nor a provider's setting", () => {
  const { registry, images, platform } = synthesize(fixture);
  for (const stack of [registry, images, platform]) {
    const text = JSON.stringify(stack.json);
    expect(text).not.toContain("authorization_token");
    expect(text).not.toContain('"password"');
  }
});

test("the Docker provider asks a helper, whatever user its environment names", () => {
  const { provider } = synthesize(fixture).images.json;
  expect(provider?.["docker"]).toMatchObject([
    {
      registry_auth: [
        {
          address:
            "https://${data.aws_caller_identity.caller.account_id}.dkr.ecr.us-east-1.amazonaws.com",
          username: "",
          config_file_content: '{"credsStore":"ecr/login"}',
        },
      ],
    },
  ]);
});

test("the helper is where Docker looks for it, and runs the front door from any folder", async () => {
  writeLoginHelper(new TerraformStack(createApp(folder), "images"));
  const cwd = path.join(folder, "stacks", "images");
  const helper = "docker-credential-ecr/login";
  expect(readFileSync(path.join(cwd, helper), "utf8")).toContain(
    "bin/platform.mjs' 'registry-login'",
  );
  const asked = await execa(path.join(cwd, helper), ["store"], { cwd, reject: false, all: true });
  expect(asked.all).toContain("Allowed choices are get");
  expect(asked.exitCode).toBe(1);
});
