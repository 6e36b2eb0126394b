import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test, vi } from "vitest";
import { build } from "../../../../main";
import { readConfig } from "../../../../project";
import { type Build, buildSource } from "../../../../spec/service/build";
import { buildContexts } from "../../../../stacks/images/build-context";
import { synthesizeApp } from "../../../../stacks/options/app";
import { contextFolder } from "../../../support/context-folder";
import { environmentsWith } from "../../../support/environments";
import { fixture } from "../../../support/services";

const project = contextFolder({
  "services/web/Dockerfile": "FROM scratch AS production\nUSER 1000\nFROM scratch\n",
  "services/orders/Dockerfile": "FROM scratch\n",
  "services/order-archive/Dockerfile": "FROM scratch\n",
});

/** How the image of web is built, as Terraform reads it, with the folder and the text of its stack. */
function built(words: Build, env: Record<string, string> = {}) {
  const outdir = mkdtempSync(path.join(tmpdir(), "synthesis-"));
  try {
    const services = { ...fixture, web: { ...fixture.web, build: words } };
    const { config } = readConfig(env, environmentsWith(), fixture);
    const place = { project: project.folder, outputs: [] };
    synthesizeApp((app) => {
      const sourceOf = (name: string) =>
        buildSource(name, name === "web" ? words : undefined, place);
      build(app, config, services, buildContexts(sourceOf));
    }, outdir);
    const stack = path.join(outdir, "stacks", "images");
    const text = readFileSync(path.join(stack, "cdk.tf.json"), "utf8");
    // The format that cdktf writes.
    const json = JSON.parse(text) as {
      resource: { docker_image: Record<string, { build: Record<string, unknown> }> };
    };
    const images = Object.entries(json.resource.docker_image);
    const [, image] = images.find(([id]) => id.startsWith("images_web_image")) ?? [];
    return { build: image?.build ?? {}, stack, text };
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

test("the provider finds the context from the stack's folder, and the Dockerfile from the context", () => {
  const { build: found, stack } = built({ context: "." });
  expect(path.resolve(stack, String(found["context"]))).toBe(project.folder);
  expect(path.isAbsolute(String(found["context"]))).toBe(false);
  expect(found["dockerfile"]).toBe("services/web/Dockerfile");
});

test("a Dockerfile outside the context is found, too", () => {
  const { build: found } = built({ context: "services/orders" });
  expect(found["dockerfile"]).toBe("../web/Dockerfile");
});

test("a service without the word is built from its folder, by the last stage, without secrets", () => {
  const { build: found, stack } = built({});
  expect(path.resolve(stack, String(found["context"]))).toBe(project.path("services/web"));
  expect(found["dockerfile"]).toBe("Dockerfile");
  expect(found).not.toHaveProperty("target");
  expect(found).not.toHaveProperty("secrets");
});

test("the stage is built that the service names", () => {
  expect(built({ target: "production" }).build["target"]).toBe("production");
});

test("a base that the service gives is taken by its digest on AWS, and by its name on the local one", () => {
  const pinned = `node:22@sha256:${"9".repeat(64)}`;
  project.write("services/web/Dockerfile", "ARG BASE\nFROM ${BASE}\n");
  const words = { arguments: { BASE: pinned } };
  expect(built(words).build["build_args"]).toEqual({ BASE: pinned });
  const local = { PLATFORM_REGISTRY: "http://127.0.0.1:4566" };
  expect(built(words, local).build["build_args"]).toEqual({ BASE: "node:22" });
});

test("a stack has the names of secrets and where they are, and never what they are", () => {
  vi.stubEnv("TEST_BUILD_SECRET", "s3cr3t-of-a-variable");
  project.write("npmrc", "s3cr3t-of-a-file");
  try {
    const {
      build: found,
      stack,
      text,
    } = built({
      secrets: { token: { variable: "TEST_BUILD_SECRET" }, npmrc: { file: "npmrc" } },
    });
    const [token, npmrc] = found["secrets"] as Record<string, string>[];
    expect(token).toEqual({ id: "token", env: "TEST_BUILD_SECRET" });
    expect(npmrc?.["id"]).toBe("npmrc");
    expect(path.resolve(stack, npmrc?.["src"] ?? "")).toBe(project.path("npmrc"));
    expect(path.isAbsolute(npmrc?.["src"] ?? "")).toBe(false);
    expect(text).not.toContain("s3cr3t");
  } finally {
    vi.unstubAllEnvs();
  }
});
