import { cpSync, existsSync, readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Docker from "dockerode";
import { execa } from "execa";
import { afterAll, expect, test, vi } from "vitest";
import { BUILT_IMAGE, DOCKER_LABEL } from "../../../spec/names";
import { stateFolder } from "../../../local/aws/state-files";
import { PROJECT_FOLDER } from "../../../project";
import { createStateBucket, keysIn } from "./bucket";
import { PORT, Checkout, SUFFIX, changesOf, noChange } from "../e2e/support/checkout";
import { ORIGIN, containersOf, setDesiredCount } from "../e2e/support/local-aws";

vi.setConfig({ testTimeout: 900_000, hookTimeout: 900_000 });

const BUCKET = "platform-states";
const STATE = {
  PLATFORM_BACKEND: "s3",
  PLATFORM_STATE_BUCKET: BUCKET,
  PLATFORM_STATE_REGION: "us-east-1",
};

/** Two runners of a pipeline: each has its own checkout, and shares nothing else with the other. */
const first = new Checkout(path.join(PROJECT_FOLDER, ".platform", "e2e"));
const second = new Checkout(path.join(PROJECT_FOLDER, ".platform", "e2e-second"));

/** Runs a command as on AWS, in an environment with states in S3. */
function run(checkout: Checkout, command: string, limit = 600) {
  const line = `eval "$(npx platform env)" && ${command}`;
  return checkout.run(`bash -c '${line}'`, limit, STATE);
}

/**
 * Leaves the engine with base images only, like a runner's. The local AWS uses it too, and it
 * keeps images of running tasks; their tags, by which Terraform knows them, are always removed.
 */
async function emptyEngine(): Promise<void> {
  const docker = new Docker();
  const ofProbes = { label: [`${DOCKER_LABEL}=${SUFFIX}`] };
  for (const { Id } of await docker.listContainers({ all: true, filters: ofProbes })) {
    await docker.getContainer(Id).remove({ force: true });
  }
  await execa("docker", ["builder", "prune", "--all", "--force"]);
  const ofBuilds = { label: [`${DOCKER_LABEL}=${BUILT_IMAGE}`] };
  for (const { RepoTags } of await docker.listImages({ filters: ofBuilds })) {
    for (const tag of (RepoTags ?? []).filter((name) => name.includes(`/platform-${SUFFIX}/`))) {
      await docker.getImage(tag).remove({ force: true });
    }
  }
}

/** Stops a service's tasks and removes its image, so that the engine lacks it, like a runner's. */
async function forgetImage(service: string): Promise<void> {
  const [task] = await containersOf(service);
  const image = (await task?.inspect())?.Image ?? "none";
  await setDesiredCount(service, 0);
  while ((await containersOf(service)).length > 0) await sleep(500);
  await new Docker().getImage(image).remove({ force: true });
}

function changeOneLine(checkout: Checkout): void {
  checkout.edit("services/flask-api/flask_api/about.py", '{"service"', '{"edition": 2, "service"');
}

afterAll(async () => {
  await first.run("npx platform down", 300);
});

test("after one runner deploys, the bucket has one state for each stack, and no other place has any", async () => {
  expect((await first.run("npx platform local-aws", 900)).exitCode).toBe(0);
  // The root's key is the credentials that the runners have in common.
  const keys = path.join(".platform", "local-aws", "keys");
  cpSync(path.join(first.folder, keys), path.join(second.folder, keys), { recursive: true });
  await createStateBucket(BUCKET);
  const { exitCode } = await run(first, "npx platform deploy", 900);
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
  const { exitCode, output, seconds } = await run(second, "npx platform deploy");
  expect(exitCode).toBe(0);
  for (const stack of ["registry", "images", "platform"]) {
    expect(changesOf(stack, output)).toBe(noChange);
  }
  expect(seconds).toBeLessThan(90);
  expect((await run(second, "npx platform plan")).exitCode).toBe(0);
});

test("the other runner builds only its change, and rolls out only that service", async () => {
  await emptyEngine();
  changeOneLine(second);
  const { exitCode, output } = await run(second, "npx platform deploy");
  expect(exitCode).toBe(0);
  expect(changesOf("images", output)).toBe("5 to add, 0 to change, 5 to destroy");
  expect(changesOf("platform", output)).toBe("1 to add, 1 to change, 1 to destroy");
  expect(await (await fetch(`${ORIGIN}/`)).text()).toContain('"edition"');
});

test("a changed setting is probed with the pushed image, which is fetched and not built", async () => {
  await emptyEngine();
  await forgetImage("fraud-detection");
  for (const checkout of [first, second]) {
    checkout.edit("services/index.ts", /memory: 512 \},\n {2}\},\n\}/, "memory: 1024 },\n  },\n}");
  }
  const images = path.join(second.folder, ".platform", "cdktf.out", "stacks", "images");
  rmSync(path.join(images, "flask-api.build.log"), { force: true });
  expect((await run(second, "npx platform deploy")).exitCode).toBe(0);
  expect(readdirSync(images).filter((file) => file.endsWith(".build.log"))).toEqual([]);
  await setDesiredCount("fraud-detection", 2);
});

test("the first runner, with the same sources, has nothing to do", async () => {
  changeOneLine(first);
  const { exitCode, output } = await run(first, "npx platform plan");
  expect(output).toMatch(/flask-api\s+no change/);
  expect(exitCode).toBe(0);
});

test("of two concurrent deployments one waits or is refused, and no state is damaged", async () => {
  for (const checkout of [first, second]) {
    checkout.append("services/flask-api/gunicorn.conf.py", "\n# edition 3\n");
  }
  const one = run(first, "npx platform deploy");
  await sleep(6_000);
  const other = await run(second, "npx platform deploy");
  const codes = [(await one).exitCode, other.exitCode];
  expect(codes).toContain(0);
  if (codes.includes(1))
    expect((await one).output + other.output).toContain("has held the state of");
  const next = await run(second, "npx platform deploy");
  expect(next.exitCode).toBe(0);
  expect((await run(first, "npx platform plan")).exitCode).toBe(0);
});

test("either runner destroys the whole environment", async () => {
  const { exitCode } = await run(first, `npx platform destroy ${SUFFIX}`);
  expect(exitCode).toBe(0);
  const { output } = await run(second, `npx platform destroy ${SUFFIX}`);
  expect(output.match(/✔ Stack \w+: has nothing/g)).toHaveLength(3);
});
