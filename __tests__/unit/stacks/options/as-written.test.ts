import { symlinkSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { build } from "../../../../main";
import { readConfig } from "../../../../project";
import { folderSource } from "../../../../spec/service/build";
import { BuildContext, buildContexts } from "../../../../stacks/images/build-context";
import type { ServiceSpec } from "../../../../spec/service/spec";
import { contentHash } from "../../../../stacks/images/content-hash";
import { synthesizeApp } from "../../../../stacks/options/app";
import { asWritten, original } from "../../../../stacks/options/as-written";
import { environmentsWith } from "../../../support/environments";
import { fixture } from "../../../support/services";
import { containers, synthesize } from "../../../support/synth";

const CONTEXT = path.join(__dirname, "..", "..", "..", "support", "context");

test.each([
  ["${USER}", "$${USER}"],
  ["%{http_code}", "%%{http_code}"],
  ["$${literal}", "$$${literal}"],
  ["%%{literal}", "%%%{literal}"],
  ["${a}${b}%{c}", "$${a}$${b}%%{c}"],
  ["a$$b", "a$$b"],
  ["50 % {of}", "50 % {of}"],
  ["$", "$"],
  ["${", "$${"],
])("Terraform gets %s as %s", (value, template) => {
  expect(asWritten({ list: [value], number: 1 })).toEqual({ list: [template], number: 1 });
});

test("what does not go through Terraform gets the value back", () => {
  const text = fc.string({ unit: fc.constantFrom("$", "%", "{", "}", "a") });
  fc.assert(
    fc.property(text, (value) => {
      expect(original(asWritten([value]))).toEqual([value]);
    }),
  );
});

describe("a service whose values look like Terraform's", () => {
  const environment = { HOME_OF: "${USER}", FORMAT: "%{http_code}", OPEN: "${" };
  const orders: ServiceSpec = {
    ...fixture.orders,
    health: { path: "/${health}", command: ["curl", "-w", "%{http_code}", "${"] },
    migrate: ["/bin/sh", "-c", "echo ${path.module} ${"],
    environment,
    build: { arguments: { VERSION: "${VERSION}" } },
  };
  const { images, platform } = synthesize({ ...fixture, orders });

  test("has them escaped in its probe", () => {
    const probe = images
      .resources("docker_container")
      .find(({ name }) => String(name).includes("orders-probe"));
    expect(probe?.["env"]).toEqual(
      expect.arrayContaining(["HOME_OF=$${USER}", "FORMAT=%%{http_code}", "OPEN=$${"]),
    );
    expect(probe).toMatchObject({
      healthcheck: {
        test: ["CMD", "curl", "-w", "%%{http_code}", "$${"],
      },
    });
  });

  test("has them escaped in its task, and its image stays a reference", () => {
    const task = containers(platform);
    const web = task.find(({ name }) => name === "orders");
    expect(web).toMatchObject({
      environment: expect.arrayContaining([
        { name: "HOME_OF", value: "$${USER}" },
        { name: "OPEN", value: "$${" },
      ]),
      healthCheck: { command: expect.arrayContaining(["%%{http_code}", "$${"]) },
    });
    const migrate = task.find(({ name }) => name === "migrate");
    expect(migrate).toMatchObject({ command: ["/bin/sh", "-c", "echo $${path.module} $${"] });
    for (const { image } of task) {
      expect(image).toMatch(/^\$\{data\.terraform_remote_state\..+\}$/);
    }
  });

  test("has its build arguments escaped, and hashed as they are written", () => {
    const image = images
      .resources("docker_image")
      .find((block) => JSON.stringify(block).includes("$${VERSION}"));
    expect(image).toMatchObject({
      build: { build_args: { VERSION: "$${VERSION}" } },
      triggers: {
        content: contentHash({
          context: new BuildContext(folderSource(CONTEXT)).digest(),
          platform: "linux/amd64",
          buildArguments: { VERSION: "${VERSION}" },
        }),
      },
    });
  });
});

test("an image is built from its folder also when the output folder is a link", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "linked-"));
  try {
    const real = path.join(folder, "some", "where", "else");
    const linked = path.join(folder, "out");
    mkdirSync(real, { recursive: true });
    symlinkSync(real, linked);
    const { config } = readConfig({}, environmentsWith(), fixture);
    synthesizeApp((app) => {
      build(
        app,
        config,
        fixture,
        buildContexts(() => folderSource(CONTEXT)),
      );
    }, linked);
    const stack = path.join(real, "stacks", "images");
    const json = readFileSync(path.join(stack, "cdk.tf.json"), "utf8");
    const contexts = [...json.matchAll(/"context": "([^"]*)"/g)].map(([, context = ""]) => context);
    expect(contexts).toHaveLength(5);
    expect(contexts.map((context) => path.resolve(stack, context))).toContain(CONTEXT);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
