import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import {
  DescribeTaskDefinitionCommand,
  ECSClient,
  DescribeServicesCommand,
} from "@aws-sdk/client-ecs";
import { afterAll, expect, test, vi } from "vitest";
import { stateFolder } from "../../../local/aws/state-files";
import { PROJECT_FOLDER } from "../../../project";
import { PUSHED_TAG } from "../../../spec/image-tags";
import { Checkout, PORT, changesOf, noChange } from "../e2e/support/checkout";
import { pushedImages } from "../e2e/support/local-aws";
import { rootCredentials } from "../e2e/support/root-credentials";
import { emptyEngine } from "../e2e/support/runner";

vi.setConfig({ testTimeout: 1_200_000, hookTimeout: 1_200_000 });

const checkout = new Checkout(path.join(PROJECT_FOLDER, ".platform", "e2e-environments"));
const ecs = new ECSClient({
  endpoint: `http://127.0.0.1:${PORT}`,
  region: "us-east-1",
  credentials: rootCredentials,
});

/** Runs a command as on AWS, for one environment of environments.ts: prod takes its images from dev. */
function run(suffix: "dev" | "prod", command: string, limit = 900) {
  const shell = `eval "$(npx platform env)" && ${command}`;
  return checkout.run(`bash -c '${shell}'`, limit, { PLATFORM_SUFFIX: suffix });
}

/** The answer of an environment's load balancer at the root path. */
async function home(suffix: string): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${PORT}/_alb/platform-${suffix}/`);
  return `${response.status} ${await response.text()}`;
}

/** The image that a service of an environment runs. */
async function runningImage(suffix: string, service: string): Promise<string> {
  const cluster = `platform-${suffix}`;
  const name = `platform-${service}-${suffix}`;
  const { services = [] } = await ecs.send(
    new DescribeServicesCommand({ cluster, services: [name] }),
  );
  const { taskDefinition } = await ecs.send(
    new DescribeTaskDefinitionCommand({ taskDefinition: services[0]?.taskDefinition }),
  );
  const found = taskDefinition?.containerDefinitions?.find(({ name }) => name === service);
  return found?.image ?? "";
}

interface State {
  resources: { mode: string; type: string; name: string }[];
}

function stateFile(suffix: string, stack: string): string {
  const folder = path.join(checkout.folder, stateFolder(PORT), "us-east-1", "platform");
  return path.join(folder, suffix, `${stack}.tfstate`);
}

/** The resources in a state, as text. Without what Terraform only reads: the names of all logins. */
function resourcesOf(suffix: string, stack: string): string {
  // The format of Terraform.
  const { resources } = JSON.parse(readFileSync(stateFile(suffix, stack), "utf8")) as State;
  return JSON.stringify(resources.filter(({ mode }) => mode === "managed"));
}

/** Takes a service's push out of the state, as if its runner had died between the push and its record. */
function forgetPush(suffix: string, service: string): void {
  const file = stateFile(suffix, "images");
  // The format of Terraform.
  const state = JSON.parse(readFileSync(file, "utf8")) as State;
  const resources = state.resources.filter(
    ({ type, name }) => type !== "docker_registry_image" || !name.startsWith(`images_${service}_`),
  );
  expect(resources).toHaveLength(state.resources.length - 1);
  writeFileSync(file, JSON.stringify({ ...state, resources }));
}

/** The tags under which a service's images were pushed. */
async function pushedTags(suffix: string, service: string): Promise<string[]> {
  const images = await pushedImages(service, suffix);
  return images.flatMap(({ imageTags = [] }) =>
    imageTags.filter((tag) => tag.startsWith(PUSHED_TAG)),
  );
}

afterAll(async () => {
  await checkout.run("npx platform down", 400);
});

test("prod has no images to promote before dev runs, and names the step to take first", async () => {
  expect((await checkout.run("npx platform local-aws", 900)).exitCode).toBe(0);
  const { exitCode, output } = await run("prod", "npx platform deploy");
  expect(exitCode).toBe(1);
  expect(output).toContain("dev, the source of the images, does not run all of them");
  expect(output).toContain("npx platform deploy dev");
});

test("prod runs dev's images beside dev, by the same digests, and builds nothing", async () => {
  expect((await run("dev", "npx platform deploy")).exitCode).toBe(0);
  const { exitCode, output } = await run("prod", "npx platform deploy");
  expect(exitCode).toBe(0);
  expect(output).not.toContain("the image is built");
  for (const service of ["flask-api", "transaction-processor", "fraud-detection"]) {
    const [dev = "", prod = ""] = [
      await runningImage("dev", service),
      await runningImage("prod", service),
    ].map((image) => image.split("@"));
    expect(dev[0]).toMatch(new RegExp(`/platform-dev/${service}$`));
    expect(prod[0]).toMatch(new RegExp(`/platform-prod/${service}$`));
    expect(dev[1]).toMatch(/^sha256:/);
    expect(prod[1]).toBe(dev[1]);
  }
});

test("a second deployment of either changes nothing, also where the engine lacks prod's own names", async () => {
  for (const suffix of ["dev", "prod"] as const) {
    if (suffix === "prod") await emptyEngine(suffix);
    const { output } = await run(suffix, "npx platform deploy");
    for (const stack of ["registry", "images", "platform"]) {
      expect(changesOf(stack, output)).toBe(noChange);
    }
  }
});

test("a push that the state does not know is made again, under another tag of the same image", async () => {
  const before = [
    await runningImage("prod", "flask-api"),
    ...(await pushedTags("prod", "flask-api")),
  ];
  expect(before).toHaveLength(2);
  forgetPush("prod", "flask-api");
  await emptyEngine("dev");
  await emptyEngine("prod");
  const { exitCode, output } = await run("prod", "npx platform deploy");
  expect(exitCode).toBe(0);
  expect(changesOf("platform", output)).toBe(noChange);
  expect(await runningImage("prod", "flask-api")).toBe(before[0]);
  expect(await pushedTags("prod", "flask-api")).toHaveLength(2);
});

test("prod's resources contain no name of dev, and dev's none of prod", () => {
  for (const stack of ["registry", "platform"]) {
    expect(resourcesOf("prod", stack)).not.toMatch(/platform(-[a-z]+)*-dev\b/);
    expect(resourcesOf("dev", stack)).not.toMatch(/platform(-[a-z]+)*-prod\b/);
  }
});

test("a change in dev leaves prod unchanged until it is promoted", async () => {
  checkout.edit("services/flask-api/flask_api/about.py", '{"service"', '{"edition": 2, "service"');
  expect((await run("dev", "npx platform deploy")).exitCode).toBe(0);
  expect(await home("dev")).toContain('"edition"');
  expect(await home("prod")).not.toContain('"edition"');

  const plan = await run("prod", "npx platform plan");
  expect(plan.exitCode).toBe(2);
  expect(plan.output).toMatch(/flask-api\s+new image of dev, task definition replaced, rolling/);
  expect(plan.output).toMatch(/fraud-detection\s+no change/);
  expect((await run("prod", "npx platform deploy")).exitCode).toBe(0);
  expect(await home("prod")).toContain('"edition"');
});

test("prod is protected: its destruction changes nothing until a deployment takes that off", async () => {
  const refused = await run("prod", "npx platform destroy prod");
  expect(refused.exitCode).toBe(1);
  expect(refused.output).toMatch(/prod is protected.*Nothing was destroyed/);
  expect(await home("prod")).toContain('"edition"');
  checkout.edit("environments.ts", "protected: true", "protected: false");
  const early = await run("prod", "npx platform destroy prod");
  expect(early.exitCode).toBe(1);
  expect(early.output).toMatch(/still protected on AWS: .*the Aurora cluster platform-prod/);
  checkout.edit("environments.ts", "plainHttp: true,", "");
  expect((await run("prod", "npx platform deploy")).exitCode).toBe(0);
});

test("after dev is destroyed prod keeps serving, and can be destroyed by itself", async () => {
  expect((await run("dev", "npx platform destroy dev")).exitCode).toBe(0);
  expect(await home("prod")).toContain('"edition"');
  expect((await run("prod", "npx platform destroy prod")).exitCode).toBe(0);
});
