import { existsSync, rmSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { PROJECT_FOLDER } from "../../../project";
import { Checkout, SUFFIX, changesOf, noChange } from "../e2e/support/checkout";
import { ORIGIN, pushedImages, setDesiredCount } from "../e2e/support/local-aws";
import {
  BUCKET,
  emptyEngine,
  forgetImage,
  runAsOnAws,
  shareCredentials,
} from "../e2e/support/runner";
import { createStateBucket } from "../state/bucket";
import { makeDatabase, removeDatabases, serve } from "./database";
import { ADVISORY, accept, addVulnerableService, inDays } from "./vulnerable-service";

vi.setConfig({ testTimeout: 1_800_000, hookTimeout: 1_800_000 });

/** Two runners of a pipeline: one plans, the other, whose engine is empty, deploys. */
const first = new Checkout(path.join(PROJECT_FOLDER, ".platform", "e2e"));
const second = new Checkout(path.join(PROJECT_FOLDER, ".platform", "e2e-second"));
const database = path.join(PROJECT_FOLDER, ".platform", "scan-test", "databases", "pipeline");
const approval = path.join(PROJECT_FOLDER, ".platform", "scan-test", "approval");
const UNREACHABLE = "http://172.17.0.1:1";

let mirror: Awaited<ReturnType<typeof serve>>;

const run = async (runner: Checkout, command: string, address = mirror.url) =>
  await runAsOnAws(runner, command, 1_700, { PLATFORM_VULNERABILITY_DATABASE: address });

const edit = (file: string, from: string, to: string) => {
  for (const runner of [first, second]) runner.edit(file, from, to);
};

const acceptUntil = (day: string) => {
  for (const runner of [first, second]) accept(runner, day);
};

/** The digests that the registry has of the service. */
const pushed = async () => (await pushedImages("web")).map(({ imageDigest }) => imageDigest);

/** Whether the second runner has built the image since the last call. */
const wasBuilt = () => {
  const output = path.join(second.folder, ".platform", "cdktf.out", "stacks", "images");
  const log = path.join(output, "web.build.log");
  const there = existsSync(log);
  rmSync(log, { force: true });
  return there;
};

beforeAll(async () => {
  for (const runner of [first, second]) addVulnerableService(runner);
  acceptUntil(inDays(30));
  await makeDatabase(database, 0);
  mirror = await serve(database);
  expect((await first.run("npx platform local-aws", 900, {})).exitCode).toBe(0);
  shareCredentials(first, second);
  await createStateBucket(BUCKET);
});

afterAll(async () => {
  await run(first, `npx platform destroy ${SUFFIX}`);
  await first.run("npx platform down", 300);
  mirror.server.close();
  await removeDatabases([mirror.url, UNREACHABLE]);
});

test("one runner deploys an image that it has scanned", async () => {
  const { exitCode, output } = await run(first, "npx platform deploy");
  expect(exitCode).toBe(0);
  expect(output).toContain("web scanned: 0 critical, 1 high (1 accepted), 0 medium, 0 low");
  expect(await pushed()).toHaveLength(1);
});

test("what is approved where the image is, is applied where it is not: it is fetched and scanned", async () => {
  edit("environments.ts", 'threshold: "high"', 'threshold: "medium"');
  expect((await run(first, `npx platform plan --out ${approval}`)).exitCode).toBe(2);
  await emptyEngine();
  await forgetImage("web");
  const before = await pushed();
  const { exitCode, output } = await run(second, `npx platform deploy --plan ${approval}`);
  expect(exitCode).toBe(0);
  expect(output).toMatch(/fetching .*platform-e2e\/web/);
  expect(output).toContain("web scanned: 0 critical, 1 high (1 accepted), 0 medium, 0 low");
  expect(wasBuilt()).toBe(false);
  expect(await pushed()).toEqual(before);
});

test("without a change an empty engine neither fetches nor scans", async () => {
  await emptyEngine();
  const { exitCode, output } = await run(second, "npx platform deploy", UNREACHABLE);
  expect(exitCode).toBe(0);
  expect(changesOf("images", output)).toBe(noChange);
  expect(output).not.toMatch(/fetching|scanned:/);
});

test("a pushed image fails once nothing accepts it, though the scan was approved", async () => {
  acceptUntil(inDays(-1));
  expect((await run(first, `npx platform plan --out ${approval}`)).exitCode).toBe(2);
  await emptyEngine();
  const before = await pushed();
  const { exitCode, output } = await run(second, `npx platform deploy --plan ${approval}`);
  expect(exitCode).toBe(1);
  expect(output).toContain(ADVISORY);
  expect(wasBuilt()).toBe(false);
  expect(await pushed()).toEqual(before);
});

test("it builds the mended image, and does not push what it could not scan", async () => {
  edit("services/web/Dockerfile", "werkzeug==3.0.2", "werkzeug==3.0.3");
  edit("services/web/server.py", "well", "mended");
  const before = await pushed();
  const { exitCode, output } = await run(second, "npx platform deploy", UNREACHABLE);
  expect(exitCode).toBe(1);
  expect(output).toContain("web cannot be scanned");
  expect(wasBuilt()).toBe(true);
  expect(await pushed()).toEqual(before);
});

test("the next runner builds what the last one could not scan, scans it, pushes it and runs it", async () => {
  await setDesiredCount("web", 1);
  await emptyEngine();
  expect((await run(first, `npx platform plan --out ${approval}`)).exitCode).toBe(2);
  const { exitCode, output } = await run(second, `npx platform deploy --plan ${approval}`);
  expect(exitCode).toBe(0);
  expect(output).toContain("web scanned: 0 critical, 0 high, 0 medium, 0 low");
  expect(wasBuilt()).toBe(true);
  expect(await pushed()).toHaveLength(2);
  expect(await (await fetch(`${ORIGIN}/web`)).text()).toContain("mended");
});
