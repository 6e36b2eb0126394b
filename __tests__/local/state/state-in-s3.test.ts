import { existsSync, readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, test, vi } from "vitest";
import { stateFolder } from "../../../local/aws/state-files";
import { PROJECT_FOLDER } from "../../../project";
import { createStateBucket, keysIn } from "./bucket";
import { PORT, Checkout, SUFFIX, changesOf, noChange } from "../e2e/support/checkout";
import { ORIGIN, setDesiredCount } from "../e2e/support/local-aws";
import {
  BUCKET,
  emptyEngine,
  forgetImage,
  runAsOnAws,
  shareCredentials,
} from "../e2e/support/runner";

vi.setConfig({ testTimeout: 900_000, hookTimeout: 900_000 });

/** Two runners of a pipeline: each has its own checkout, and shares nothing else with the other. */
const first = new Checkout(path.join(PROJECT_FOLDER, ".platform", "e2e"));
const second = new Checkout(path.join(PROJECT_FOLDER, ".platform", "e2e-second"));

function changeOneLine(checkout: Checkout): void {
  checkout.edit("services/flask-api/flask_api/about.py", '{"service"', '{"edition": 2, "service"');
}

afterAll(async () => {
  await first.run("npx platform down", 300);
});

test("after one runner deploys, the bucket has one state for each stack, and no other place has any", async () => {
  expect((await first.run("npx platform local-aws", 900)).exitCode).toBe(0);
  shareCredentials(first, second);
  await createStateBucket(BUCKET);
  const { exitCode } = await runAsOnAws(first, "npx platform deploy", 900);
  expect(exitCode).toBe(0);
  expect(await keysIn(BUCKET)).toEqual(
    ["images", "platform", "registry"].map(
      (stack) => `us-east-1/platform/${SUFFIX}/${stack}.tfstate`,
    ),
  );
  const kept = [stateFolder(PORT), ".platform/state"].map((it) => path.join(first.folder, it));
  expect(kept.filter((folder) => existsSync(folder))).toEqual([]);
  expect((await fetch(`${ORIGIN}/health`)).status).toBe(200);
});

test("another runner with an empty engine finds no change, builds nothing and pushes nothing", async () => {
  await emptyEngine();
  const { exitCode, output, seconds } = await runAsOnAws(second, "npx platform deploy");
  expect(exitCode).toBe(0);
  for (const stack of ["registry", "images", "platform"]) {
    expect(changesOf(stack, output)).toBe(noChange);
  }
  expect(seconds).toBeLessThan(90);
  expect((await runAsOnAws(second, "npx platform plan")).exitCode).toBe(0);
});

test("the other runner builds only its change, and rolls out only that service", async () => {
  await emptyEngine();
  changeOneLine(second);
  const { exitCode, output } = await runAsOnAws(second, "npx platform deploy");
  expect(exitCode).toBe(0);
  expect(changesOf("images", output)).toBe("5 to add, 0 to change, 5 to destroy");
  expect(changesOf("platform", output)).toBe("1 to add, 1 to change, 1 to destroy");
  expect(await (await fetch(`${ORIGIN}/`)).text()).toContain('"edition"');
});

test("a changed setting is probed with the pushed image, which is fetched and not built", async () => {
  await emptyEngine();
  await forgetImage("fraud-detection");
  for (const checkout of [first, second]) {
    checkout.edit("services/index.ts", /(?<="fraud-detection": \{[^}]*memory: )512/, "1024");
  }
  const images = path.join(second.folder, ".platform", "cdktf.out", "stacks", "images");
  rmSync(path.join(images, "flask-api.build.log"), { force: true });
  expect((await runAsOnAws(second, "npx platform deploy")).exitCode).toBe(0);
  expect(readdirSync(images).filter((file) => file.endsWith(".build.log"))).toEqual([]);
  await setDesiredCount("fraud-detection", 2);
});

test("the first runner, with the same sources, has nothing to do", async () => {
  changeOneLine(first);
  const { exitCode, output } = await runAsOnAws(first, "npx platform plan");
  expect(output).toMatch(/flask-api\s+no change/);
  expect(exitCode).toBe(0);
});

test("of two concurrent deployments one waits or is refused, and no state is damaged", async () => {
  for (const checkout of [first, second]) {
    checkout.append("services/flask-api/gunicorn.conf.py", "\n# edition 3\n");
  }
  const one = runAsOnAws(first, "npx platform deploy");
  await sleep(6_000);
  const other = await runAsOnAws(second, "npx platform deploy");
  const codes = [(await one).exitCode, other.exitCode];
  expect(codes).toContain(0);
  if (codes.includes(1))
    expect((await one).output + other.output).toContain("has held the state of");
  const next = await runAsOnAws(second, "npx platform deploy");
  expect(next.exitCode).toBe(0);
  expect((await runAsOnAws(first, "npx platform plan")).exitCode).toBe(0);
});

test("either runner destroys the whole environment", async () => {
  const { exitCode } = await runAsOnAws(first, `npx platform destroy ${SUFFIX}`);
  expect(exitCode).toBe(0);
  const { output } = await runAsOnAws(second, `npx platform destroy ${SUFFIX}`);
  expect(output.match(/✔ Stack \w+: has nothing/g)).toHaveLength(3);
});
