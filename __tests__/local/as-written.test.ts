import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { DataResource, TerraformOutput, TerraformStack } from "cdktf";
import { execa } from "execa";
import { afterAll, describe, expect, test, vi } from "vitest";
import { prepareTerraform } from "../../local/machine/terraform";
import { readFileStateSettings } from "../../local/aws/settings";
import { build } from "../../main";
import { environment, readConfig } from "../../project";
import { folderSource } from "../../spec/service/build";
import { buildContexts } from "../../stacks/images/build-context";
import type { ServiceSpec } from "../../spec/service/spec";
import { createApp, synthesizeApp } from "../../stacks/options/app";
import { keepState } from "../../stacks/options/backend";
import { environmentsWith } from "../support/environments";
import { fixture } from "../support/services";
import { hasTools } from "../support/tools";

const settings = readFileStateSettings();
const present = hasTools("values as written", "providers");
const CONTEXT = path.join(__dirname, "..", "support", "context");

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const VALUES = {
  USER: "${USER}",
  MODULE: "${path.module}",
  FORMAT: "%{http_code}",
  LITERAL: "$${literal}",
  PERCENT: "%%{literal}",
  THREE: "$$${x}%%%{y}",
  DOLLARS: "a$$b",
  DOLLAR: "$",
  PERCENT_SIGN: "100%",
  OPEN: "${",
  OPEN_PERCENT: "%{",
  MIXED: `it's "\${a}" \\ %{if}\n$`,
};

const orders: ServiceSpec = {
  ...fixture.orders,
  environment: VALUES,
  health: { path: "/${path.module}%{a}", command: Object.values(VALUES) as [string, ...string[]] },
  migrate: ["/bin/sh", "-c", ...Object.values(VALUES)],
};

const web: ServiceSpec = { ...fixture.web, health: "/${path.module}%{a}" };

const terraform = async () => {
  const options = { cacheFolder: settings.cacheFolder, path: environment["PATH"] ?? "" };
  return (await prepareTerraform({ ...options, report: console.log })).binary;
};

const folder = mkdtempSync(path.join(tmpdir(), "as-written-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const run = async (cwd: string, args: string[]) =>
  execa(await terraform(), args, {
    cwd,
    env: settings.environment,
    all: true,
    timeout: 120_000,
  });

/** What Terraform itself makes of the templates in one block of a synthesized stack. */
async function evaluate(name: string, template: unknown): Promise<unknown> {
  const own = path.join(folder, name);
  mkdirSync(own);
  const reference = /(?<!\$)\$\{(data\.|aws_)[^}]+\}/g;
  const block = { output: { found: { value: template } } };
  const text = JSON.stringify(block).replace(reference, "reference");
  writeFileSync(path.join(own, "main.tf.json"), text);
  await run(own, ["apply", "-auto-approve"]);
  const { stdout } = await run(own, ["output", "-json", "found"]);
  return JSON.parse(stdout);
}

describe.skipIf(!present)("values that look like Terraform's arrive as written", () => {
  const outdir = path.join(folder, "out");
  const { config } = readConfig({}, environmentsWith(), fixture);
  const blocks = (stack: string, type: string) => {
    const file = path.join(outdir, "stacks", stack, "cdk.tf.json");
    const { resource } = JSON.parse(readFileSync(file, "utf8")) as {
      resource: Record<string, Record<string, Record<string, unknown>>>;
    };
    return Object.values(resource[type] ?? {});
  };
  if (present) {
    mkdirSync(outdir);
    synthesizeApp((app) => {
      build(
        app,
        config,
        { ...fixture, orders, web },
        buildContexts(() => folderSource(CONTEXT)),
      );
    }, outdir);
  }
  test("in the probe", async () => {
    const probe = blocks("images", "docker_container").find(({ name }) =>
      String(name).includes("orders-probe-use1"),
    );
    const { env, healthcheck } = probe ?? {};
    const pairs = Object.entries(VALUES).map(([name, value]) => `${name}=${value}`);
    const found = (await evaluate("probe", { env, healthcheck })) as Record<string, unknown>;
    expect(found["env"]).toEqual(expect.arrayContaining(pairs));
    expect(found["healthcheck"]).toMatchObject({ test: ["CMD", ...Object.values(VALUES)] });
  });

  test("in what asks a probe for its health", async () => {
    const asking = blocks("images", "docker_container").find(({ name }) =>
      String(name).includes("web-probe-health"),
    );
    expect(await evaluate("health", asking?.["command"])).toEqual([
      "watch",
      "http://127.0.0.1:8080/${path.module}%{a}",
    ]);
  });

  test("in the containers of a task", async () => {
    const task = blocks("platform", "aws_ecs_task_definition").find(
      ({ family }) => family === "platform-orders-dev",
    );
    const json = await evaluate("task", task?.["container_definitions"]);
    const [, migrate, service] = JSON.parse(String(json)) as unknown[];
    const variables = Object.entries(VALUES).map(([name, value]) => ({ name, value }));
    expect(migrate).toMatchObject({
      command: ["/bin/sh", "-c", ...Object.values(VALUES)],
      environment: expect.arrayContaining(variables),
    });
    expect(service).toMatchObject({
      environment: expect.arrayContaining(variables),
      healthCheck: { command: ["CMD", ...Object.values(VALUES)] },
    });
  });
});

test.skipIf(!present)(
  "a state folder with Terraform's signs is the same to writer and reader",
  async () => {
    const states = path.join(folder, "states ${path.module} %{x} $${y} #");
    const outdir = path.join(folder, "stacks");
    const { config } = readConfig({ PLATFORM_STATE_FOLDER: states });
    mkdirSync(outdir);
    const app = createApp(outdir);
    const registry = new TerraformStack(app, "registry");
    keepState(registry, config);
    const written = new DataResource(registry, "value", {});
    written.addOverride("input", "a value");
    const images = new TerraformStack(app, "images");
    keepState(images, config);
    new TerraformOutput(images, "found", { value: written.output.toString() });
    app.synth();
    for (const stack of ["registry", "images"]) {
      const cwd = path.join(outdir, "stacks", stack);
      await run(cwd, ["init", "-input=false", "-no-color"]);
      await run(cwd, ["apply", "-auto-approve", "-no-color"]);
    }
    const { stdout } = await run(path.join(outdir, "stacks", "images"), [
      "output",
      "-raw",
      "found",
    ]);
    expect(stdout).toBe("a value");
    expect(existsSync(path.join(states, "us-east-1", "platform", "dev", "images.tfstate"))).toBe(
      true,
    );
  },
);
