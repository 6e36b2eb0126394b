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
import type { EnvironmentSettings } from "../../../../spec/environment/settings";

const project = contextFolder({
  "services/web/Dockerfile": "FROM scratch AS production\nUSER 1000\nFROM scratch\n",
  "services/orders/Dockerfile": "FROM scratch\n",
  "services/order-archive/Dockerfile": "FROM scratch\n",
});

/** How the image of web is built, as Terraform reads it, with the folder and the text of its stack. */
function built(words: Build, env: Record<string, string> = {}, settings: EnvironmentSettings = {}) {
  const outdir = mkdtempSync(path.join(tmpdir(), "synthesis-"));
  try {
    const services = { ...fixture, web: { ...fixture.web, build: words } };
    const { config } = readConfig(env, environmentsWith(settings), fixture);
    const place = { project: project.folder, outputs: [], secretFiles: [] };
    synthesizeApp((app) => {
      const sourceOf = (name: string) =>
        buildSource(name, name === "web" ? words : undefined, place);
      build(app, config, services, buildContexts(sourceOf));
    }, outdir);
    const stack = path.join(outdir, "stacks", "images");
    const text = readFileSync(path.join(stack, "cdk.tf.json"), "utf8");
    // The format that cdktf writes.
    const json = JSON.parse(text) as {
      resource: {
        docker_image: Record<
          string,
          { name: string; build: Record<string, unknown>; triggers: unknown; lifecycle: unknown }
        >;
      };
      data: { aws_ecr_repository?: Record<string, unknown> };
      locals: Record<string, unknown>;
    };
    const images = Object.entries(json.resource.docker_image);
    const [, image] = images.find(([id]) => id.startsWith("images_web_image")) ?? [];
    const last = Object.entries(json.data.aws_ecr_repository ?? {});
    return {
      build: image?.build ?? {},
      image,
      images,
      last,
      locals: Object.entries(json.locals),
      stack,
      text,
    };
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

test("a cache is looked for at the image that was pushed last, only once a new one is built", () => {
  const { build: found, image, last, locals } = built({ cache: true });
  expect(last).toEqual([
    [
      expect.stringMatching(/^images_web_last_/),
      expect.objectContaining({
        depends_on: [expect.stringMatching(/^terraform_data\.images_web_build_/)],
        name: expect.stringContaining("web"),
      }),
    ],
  ]);
  const [name = "", address] = locals.find(([id]) => id.startsWith("images_web_address")) ?? [];
  expect(image?.name.startsWith(`${String(address)}:`)).toBe(true);
  const tags = `data.aws_ecr_repository.${last[0]?.[0] ?? ""}.most_recent_image_tags`;
  const from = (start: string) =>
    `formatlist("type=registry,ref=%s:${start}%s", local.${name}, ${tags})`;
  expect(found["cache_from"]).toBe(`\${concat(${from("")}, ${from("cache-")})}`);
});

test("the engine's own builder writes its cache into the image, another one all stages' beside it", () => {
  for (const BUILDX_BUILDER of ["", "default"]) {
    const { build: found } = built({ cache: true }, { BUILDX_BUILDER });
    expect([found["builder"], found["cache_to"]]).toEqual(["default", ["type=inline"]]);
  }
  const { build: found, image } = built({ cache: true }, { BUILDX_BUILDER: "ci" });
  const words = "mode=max,image-manifest=true,oci-mediatypes=true,ignore-error=true";
  expect(found["builder"]).toBe("ci");
  expect(found["cache_to"]).toEqual([
    `type=registry,ref=${image?.name.replace(/^(.*\}):/, "$1:cache-")},${words}`,
  ]);
});

test("an image without a cache is built by the engine's own builder, and leaves none", () => {
  const { build: found, last } = built({}, { BUILDX_BUILDER: "ci" });
  expect(found["builder"]).toBe("default");
  expect(found).not.toHaveProperty("cache_from");
  expect(found).not.toHaveProperty("cache_to");
  expect(last).toEqual([]);
});

test("on the local AWS each image is built where its base images are, in the engine", () => {
  const local = { PLATFORM_REGISTRY: "http://127.0.0.1:4566", BUILDX_BUILDER: "ci" };
  const { build: found } = built({ cache: true }, local);
  expect([found["builder"], found["cache_to"]]).toEqual(["default", ["type=inline"]]);
});

test("no builder stores the layers of an image that is scanned before its scan", () => {
  const scan = { threshold: "high" } as const;
  const { build: found } = built({ cache: true }, { BUILDX_BUILDER: "ci" }, { scan });
  expect([found["builder"], found["cache_to"]]).toEqual(["default", ["type=inline"]]);
});

test("neither a cache nor a builder makes a new image", () => {
  const plain = built({}).image;
  for (const { image } of [
    built({ cache: true }),
    built({ cache: true }, { BUILDX_BUILDER: "ci" }),
  ]) {
    expect(image).toMatchObject({ name: plain?.name, triggers: plain?.triggers });
  }
  for (const [, { lifecycle }] of built({ cache: true }).images) {
    expect(lifecycle).toEqual({ ignore_changes: ["build"] });
  }
});
