import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { readConfig } from "../../../../project";
import { environmentsWith } from "../../../support/environments";

const home = mkdtempSync(path.join(tmpdir(), "home-"));
mkdirSync(path.join(home, ".aws"));
afterAll(() => {
  rmSync(home, { recursive: true });
});

const config = path.join(home, ".aws", "config");
writeFileSync(
  config,
  `[default]
# not that of [profile mars]
region = eu-west-1 # mine
output = json

[profile work.dev]
sso_session = acme
region=eu-central-1
s3 =
  region = us-west-2

[profile  "two words"]
region = eu-north-1

[profile empty]
output = json

[profile mars]
region = mars-1

[services local]
region = us-west-1
`,
);

const read = (env: Record<string, string>, region?: string) =>
  readConfig(env, environmentsWith(region === undefined ? {} : { region }));

test.each<[string, Record<string, string>, string]>([
  ["the default profile", { HOME: home }, "eu-west-1"],
  ["a profile given by its name", { HOME: home, AWS_PROFILE: "work.dev" }, "eu-central-1"],
  ["a profile in quotes", { HOME: home, AWS_PROFILE: "two words" }, "eu-north-1"],
  ["AWS_DEFAULT_PROFILE", { HOME: home, AWS_DEFAULT_PROFILE: "work.dev" }, "eu-central-1"],
  ["a home on Windows", { USERPROFILE: home }, "eu-west-1"],
  ["another config file", { AWS_CONFIG_FILE: config }, "eu-west-1"],
  ["AWS_DEFAULT_REGION", { HOME: home, AWS_DEFAULT_REGION: "us-west-2" }, "us-west-2"],
  ["a profile without a region", { HOME: home, AWS_PROFILE: "empty" }, "us-east-1"],
  ["no file at all", { HOME: "/nowhere" }, "us-east-1"],
  ["empty variables", { AWS_REGION: "", AWS_DEFAULT_REGION: "", HOME: home }, "eu-west-1"],
])("the region is chosen correctly with %s", (_, env, region) => {
  const { config, problems } = read(env);
  expect(config.region).toBe(region);
  expect(problems).toEqual([]);
});

test("the order of precedence is PLATFORM_REGION, environments.ts, AWS_REGION, AWS_DEFAULT_REGION, profile", () => {
  const variables = { AWS_DEFAULT_REGION: "us-west-2", HOME: home };
  const shell = { AWS_REGION: "us-west-1", ...variables };
  expect(read({ ...shell, PLATFORM_REGION: "sa-east-1" }, "ca-west-1").config.region).toBe(
    "sa-east-1",
  );
  expect(read(shell, "ca-west-1").config.region).toBe("ca-west-1");
  expect(read(shell).config.region).toBe("us-west-1");
  expect(read(variables).config.region).toBe("us-west-2");
});

test("the credentials file takes precedence over the config file, as in AWS's own tools", () => {
  const other = path.join(home, "other");
  mkdirSync(path.join(other, ".aws"), { recursive: true });
  const credentials = path.join(other, ".aws", "credentials");
  writeFileSync(credentials, "[default]\nregion = ap-south-1\n");
  for (const env of [
    { HOME: home, AWS_SHARED_CREDENTIALS_FILE: credentials },
    { HOME: other, AWS_CONFIG_FILE: config },
  ]) {
    expect(read(env).config.region).toBe("ap-south-1");
  }
});

test.each<[string, Record<string, string>]>([
  ["PLATFORM_REGION", { PLATFORM_REGION: "mars-1" }],
  ["AWS_REGION", { AWS_REGION: "mars-1" }],
  ["AWS_DEFAULT_REGION", { AWS_DEFAULT_REGION: "mars-1" }],
  ["region of [profile mars]", { HOME: home, AWS_PROFILE: "mars" }],
])("an unsupported region is refused, and the message names its source: %s", (source, env) => {
  const where = "HOME" in env ? ` in ${config}` : "";
  expect(read(env).problems).toEqual([
    expect.stringContaining(`${source}${where} is "mars-1"; it must be one of us-east-1`),
  ]);
});
