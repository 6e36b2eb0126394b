import path from "node:path";
import { execa } from "execa";
import { expect, test, vi } from "vitest";
import { PROJECT_FOLDER } from "../../project";

/** Runs `up` as a user does, without a reachable container engine. */
async function up(env: Record<string, string>) {
  return execa(process.execPath, [path.join("bin", "platform.mjs"), "up"], {
    cwd: PROJECT_FOLDER,
    env: { DOCKER_HOST: "unix:///nowhere/docker.sock", ...env },
    reject: false,
    all: true,
    timeout: 60_000,
  });
}

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

test.each<[string, Record<string, string>, string[]]>([
  [
    "an unknown region and bad characters in the suffix, both at once",
    { PLATFORM_REGION: "mars-1", PLATFORM_SUFFIX: "Feature/1" },
    ['PLATFORM_REGION is "mars-1"', 'PLATFORM_SUFFIX is "Feature/1"', "→ Correct the variables"],
  ],
  [
    "an invalid port",
    { LOCAL_AWS_PORT: "http" },
    ['LOCAL_AWS_PORT is "http"; it must be a port from 1024 to 65535'],
  ],
  ["an invalid IAM mode", { LOCAL_AWS_IAM: "on" }, ['LOCAL_AWS_IAM is "on"; it must be empty or']],
  [
    "states in HCP Terraform",
    { PLATFORM_BACKEND: "cloud", PLATFORM_HCP_ORGANIZATION: "acme" },
    ["up keeps its states in files of this checkout, but PLATFORM_BACKEND is cloud"],
  ],
  [
    "states in S3, which a local AWS has only once it is running",
    { PLATFORM_BACKEND: "s3", PLATFORM_STATE_BUCKET: "states" },
    [
      "up keeps its states in files of this checkout, but PLATFORM_BACKEND is s3",
      "npx platform deploy",
    ],
  ],
  [
    "a bucket that it does not use",
    { PLATFORM_STATE_BUCKET: "states" },
    ['PLATFORM_STATE_BUCKET is "states", but PLATFORM_BACKEND=local does not use it'],
  ],
  [
    "an engine that is not running",
    {},
    [
      "no container engine answers at DOCKER_HOST=unix:///nowhere/docker.sock",
      "→ Start that engine",
    ],
  ],
])("up refuses %s, with the fix and without a stack trace", async (_, env, sentences) => {
  const { exitCode, all } = await up(env);
  expect(exitCode).toBe(1);
  for (const sentence of sentences) expect(all).toContain(sentence);
  expect(all).not.toMatch(/\n\s+at .+:\d+:\d+/);
});
