import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { deployedEnvironments, stateFolder } from "../../../../local/aws/state-files";
import { stateKey } from "../../../../stacks/options/backend";
import type { Config } from "../../../../spec/config";
import { readConfig } from "../../../../project";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "state-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});
const configOf = (env: Record<string, string>): Config =>
  readConfig({ PLATFORM_STATE_FOLDER: folder, ...env }).config;
const write = (config: Config, stack: string) => {
  const file = path.join(folder, stateKey(config, stack));
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify({ version: 4, resources: [] }));
};

test("each environment with a state is found once, with its region, name and suffix", () => {
  const blue = { PLATFORM_REGION: "us-east-1", PLATFORM_NAME: "platform", PLATFORM_SUFFIX: "blue" };
  const preview = {
    PLATFORM_REGION: "eu-west-1",
    PLATFORM_NAME: "shop-api",
    PLATFORM_SUFFIX: "pr-7",
  };
  write(configOf(blue), "registry");
  write(configOf(blue), "images");
  write(configOf(preview), "platform");
  expect(deployedEnvironments(folder)).toEqual([preview, blue]);
  expect(deployedEnvironments(path.join(folder, "nowhere"))).toEqual([]);
});

test("no two environments, regions or names share a state", () => {
  const files = [
    {},
    { PLATFORM_SUFFIX: "blue" },
    { PLATFORM_REGION: "eu-west-1" },
    { PLATFORM_NAME: "shop" },
  ].map((env) => stateKey(configOf(env), "platform"));
  expect(new Set(files).size).toBe(4);
});

test("each local AWS of a checkout has states of its own, so that `down` of one leaves the others'", () => {
  expect(stateFolder(4566)).toBe(".platform/local-aws/state");
  expect(stateFolder(4600)).toBe(".platform/local-aws/state-4600");
});
