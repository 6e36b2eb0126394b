import { describe, expect, test, vi } from "vitest";
import { START_SECONDS } from "../../../spec/limits";
import { BUILT_IMAGE, DOCKER_LABEL } from "../../../spec/names";
import { defineServices } from "../../../spec/service/spec";
import { fixture } from "../../support/services";
import type { EnvironmentSettings } from "../../../spec/environment/settings";
import { scannedImage } from "../../../stacks/images/scan";
import { signatureAt } from "../../../stacks/images/signature";
import * as scanning from "../../../stacks/images/scan";
import * as signing from "../../../stacks/images/signature";
import { NO_ADDITIONS } from "../../../stacks/platform/addition";
import { type SynthesizedStack, synthesize, synthesizeWith } from "../../support/synth";

test.each<[EnvironmentSettings, number, number]>([
  [{}, 0, 0],
  [{ scan: { threshold: "high" } }, 1, 0],
  [{ sign: true }, 0, 1],
])(
  "an environment with %j has the programs that it uses beside its stack",
  (settings, scan, sign) => {
    const scanner = vi.spyOn(scanning, "writeScanner");
    const signer = vi.spyOn(signing, "writeSigner");
    synthesizeWith(NO_ADDITIONS, fixture, settings);
    expect(scanner).toHaveBeenCalledTimes(scan);
    expect(signer).toHaveBeenCalledTimes(sign);
  },
);

describe("an image that is scanned", () => {
  const scanned = (settings: EnvironmentSettings, env: Record<string, string> = {}) =>
    synthesize(fixture, env, { scan: { threshold: "high" }, ...settings }).images;
  const scans = (stack: SynthesizedStack) =>
    stack.addressed("terraform_data").filter(({ address }) => address.includes("_Scan_"));

  test("is scanned by its ID before it is run and pushed, and again with other rules", () => {
    const stack = scanned({});
    expect(scans(stack)).toHaveLength(5);
    const [web] = scans(stack).filter(({ address }) => address.includes("images_web_"));
    const id = expect.stringMatching(/^\$\{docker_image\.images_web_image_\w+\.image_id\}$/);
    expect(web?.block).toMatchObject({
      triggers_replace: { image: id, threshold: "high", unfixed: "report", accepted: [] },
      provisioner: [
        {
          "local-exec": {
            command: expect.stringMatching(/^exec \.\/scan-image web \$\{docker_im/),
          },
        },
      ],
    });
    for (const type of ["docker_registry_image", "docker_container"]) {
      const [user] = stack
        .addressed(type)
        .filter(({ address }) => /web_p(ushed|robe)/.test(address));
      expect(user?.block["depends_on"]).toContain(web?.address);
    }
  });

  test("is known by the address of its scan", () => {
    const addresses = scans(scanned({})).map(({ address }) => address);
    expect(addresses.map(scannedImage).sort()).toEqual([
      "database-setup",
      "order-archive",
      "orders",
      "ready",
      "web",
    ]);
    expect(scannedImage("terraform_data.images_web_build_0123ABCD")).toBeUndefined();
  });

  test("is scanned when it is promoted, too", () => {
    const promoted = scanned({ promoteFrom: { environment: "blue" } });
    expect(scans(promoted)).toHaveLength(5);
  });

  test("is nowhere where its environment does not say so", () => {
    expect(scans(synthesize(fixture).images)).toEqual([]);
  });
});

describe("an image that is signed", () => {
  const signed = (settings: EnvironmentSettings = {}) =>
    synthesize(fixture, {}, { sign: true, ...settings }).images;
  const of = (stack: SynthesizedStack, part: string) =>
    stack.addressed("terraform_data").filter(({ address }) => address.includes(part));

  test("is signed by the digest that the registry reported, and again with another key", () => {
    const [web] = of(signed(), "images_web_Signature_");
    const digest = expect.stringMatching(/^\$\{docker_registry_image\.images_web_pushed_\w+\.sha/);
    expect(web?.block).toMatchObject({
      triggers_replace: { digest, key: expect.stringContaining("kms_alias") },
      provisioner: [
        {
          "local-exec": {
            command: 'exec ./sign-image web -- "$IMAGE"',
            environment: {
              IMAGE: expect.stringMatching(/@\$\{docker_registry_image\..*digest\}$/),
            },
          },
        },
      ],
    });
    expect(of(signed(), "_Signature_")).toHaveLength(5);
  });

  test("is known to the platform only then", () => {
    const references = Object.values(signed().json["locals"] ?? {}).map(String);
    expect(references).toHaveLength(5);
    for (const reference of references) {
      expect(reference).toMatch(
        /@\$\{terraform_data\.images_[\w-]+_Signature_\w+\.triggers_replace\.digest\}$/,
      );
    }
  });

  test("is verified in the environment that it is promoted from, before it is run and pushed", () => {
    const stack = signed({ promoteFrom: { environment: "green" } });
    const [web] = of(stack, "images_web_SourceSignature_");
    expect(web?.block).toMatchObject({
      triggers_replace: { reference: expect.stringContaining("promoted-from-green") },
      // What another environment's state says is no part of the command that a shell reads.
      provisioner: [
        {
          "local-exec": {
            command: 'exec ./verify-image web -- "$IMAGE"',
            environment: { IMAGE: expect.stringContaining("promoted-from-green") },
          },
        },
      ],
    });
    for (const type of ["docker_registry_image", "docker_container"]) {
      const [user] = stack
        .addressed(type)
        .filter(({ address }) => /web_p(ushed|robe)/.test(address));
      expect(user?.block["depends_on"]).toContain(web?.address);
    }
  });

  test("is known by the address of what signs or verifies it", () => {
    const stack = signed({ promoteFrom: { environment: "green" } });
    const found = (part: string) => of(stack, part).map(({ address }) => signatureAt(address));
    expect(found("_Signature_")).toHaveLength(5);
    expect(found("_Signature_")).toContainEqual({ image: "order-archive", does: "sign" });
    expect(found("_SourceSignature_")).toHaveLength(5);
    expect(found("_SourceSignature_")).toContainEqual({ image: "order-archive", does: "verify" });
    expect(signatureAt("terraform_data.images_web_promotion_0123ABCD")).toBeUndefined();
  });

  test("is nowhere where its environment does not say so", () => {
    expect(of(synthesize(fixture).images, "Signature_")).toEqual([]);
  });
});

describe("images", () => {
  const { images } = synthesize(fixture);
  const containersOf = (part: string) =>
    images
      .addressed("docker_container")
      .filter(({ block }) => String(block["name"]).includes(part));

  test("an image is pushed only after its probe is healthy", () => {
    const pushed = Object.entries(images.json["resource"]?.["docker_registry_image"] ?? {});
    expect(pushed).toHaveLength(5);
    for (const [id, block] of pushed) {
      const service = id.replace(/_pushed_.*/, "");
      const part = /_(ready|database-setup)$/.test(service) ? "probe" : "health";
      expect(block["depends_on"]).toEqual([
        expect.stringMatching(new RegExp(`^docker_container\\.${service}_${part}_`)),
      ]);
      const [waiting] = images
        .addressed("docker_container")
        .filter(({ address }) => (block["depends_on"] as string[]).includes(address));
      expect(waiting?.block).toMatchObject({ wait: true, wait_timeout: 60 });
    }
  });

  test("a service is asked for its health from beside it, so that its image needs no tool", () => {
    const [probe] = containersOf("web-probe-use1");
    const [asking] = containersOf("web-probe-health");
    // On ECS, a HEALTHCHECK of the image's own does not count either.
    expect(probe?.block["healthcheck"]).toEqual({ test: ["NONE"] });
    expect(probe?.block).not.toHaveProperty("wait");
    expect(asking?.block).toMatchObject({
      image: expect.stringMatching(/^\$\{docker_image\.images_ready_image_\w+\.image_id\}$/),
      command: ["watch", "http://127.0.0.1:8080/health"],
      network_mode: `container:\${${probe?.address ?? ""}.id}`,
      healthcheck: { test: ["CMD", "/ready", "check"] },
      read_only: true,
      capabilities: { drop: ["ALL"] },
    });
  });

  test("an image with a check of its own is asked by that, inside it", () => {
    const health = { path: "/health", command: ["/check", "-v"] } as const;
    const own = synthesize({ web: { ...fixture.web, health, calls: [] } }).images;
    const names = own.resources("docker_container").map(({ name }) => name);
    expect(names).toEqual(["platform-ready-probe-use1-dev", "platform-web-probe-use1-dev"]);
    expect(own.resources("docker_container").at(-1)).toMatchObject({
      healthcheck: { test: ["CMD", "/check", "-v"] },
      wait: true,
    });
  });

  test("a probe uses its service's port, health path and environment", () => {
    const { images } = synthesize(
      defineServices({
        api: {
          port: 8123,
          health: "/live",
          size: { cpu: 512, memory: 2048 },
          environment: { GREETING: "hello" },
          calls: ["other"],
        },
        other: {
          port: 9000,
          health: "/health",
          size: { cpu: 256, memory: 512 },
        },
      }),
    );
    const probe = images
      .resources("docker_container")
      .find(({ name }) => String(name).includes("api-probe-use1"));
    expect(probe).toMatchObject({
      env: [
        "GREETING=hello",
        "OTHER_URL=http://other.platform-dev.internal:9000",
        "PORT=8123",
        "SERVICE_NAME=api",
      ],
      memory: 2048,
      // No swap beyond it: what does not fit here does not fit in the task.
      memory_swap: 2048,
      init: true,
      read_only: true,
      cpus: "1.0",
    });
  });

  test("the probe of the database setup outlives its health checks, with memory for a client", () => {
    const probe = images
      .resources("docker_container")
      .find(({ name }) => String(name).includes("database-setup"));
    expect(probe?.["healthcheck"]).toMatchObject({
      test: ["CMD", "bash", "-c", "bash -n /setup.sh && psql --version"],
    });
    const [program, seconds] = probe?.["command"] as string[];
    expect(program).toBe("sleep");
    expect(Number(seconds)).toBeGreaterThan(START_SECONDS);
    expect(probe?.["memory"]).toBeGreaterThanOrEqual(64);
  });

  test("the program that asks for a service's health is run once, so that it runs here", () => {
    const probe = images
      .resources("docker_container")
      .find(({ name }) => String(name).startsWith("platform-ready-probe"));
    expect(probe?.["healthcheck"]).toMatchObject({ test: ["CMD", "/ready", "help"] });
  });

  test("a build has the same inputs in every environment, so its image has the same digest", () => {
    const builds = (variables: Record<string, string>) =>
      synthesize(fixture, variables)
        .images.resources("docker_image")
        .map(({ build }) => build);
    const here = builds({});
    expect(here).not.toEqual([]);
    expect(builds({ PLATFORM_SUFFIX: "blue", PLATFORM_NAME: "shop" })).toEqual(here);
  });

  test("a changed health check is probed again", () => {
    const health = "/other";
    const changed = synthesize({ ...fixture, web: { ...fixture.web, health } }).images;
    const labels = (stack: typeof images) =>
      stack.resources("docker_container").map((probe) => JSON.stringify(probe["labels"]));
    // What is asked must be new together with what asks.
    expect(labels(changed).filter((label) => !labels(images).includes(label))).toEqual([
      expect.stringContaining("http://127.0.0.1:8080/other"),
    ]);
  });

  test("each image's build log is kept in its own file beside the stack", () => {
    const logs = images.resources("docker_image").map(({ build }) => build);
    expect(logs).toContainEqual(
      expect.objectContaining({ builder: "default", build_log_file: "web.build.log" }),
    );
    expect(new Set(logs.map((build) => JSON.stringify(build))).size).toBe(5);
  });

  test("a stopped probe is not a change, and the engine never restarts it", () => {
    for (const probe of images.resources("docker_container")) {
      expect(probe).toMatchObject({ must_run: false, restart: "no" });
    }
  });

  test("a deployment without changes starts no probe, as the engine names its times like this", () => {
    const checks = images
      .resources("docker_container")
      .map(({ healthcheck }) => healthcheck as { test: string[] })
      .filter(({ test: [kind] }) => kind === "CMD");
    expect(checks).toHaveLength(5);
    for (const check of checks) {
      expect(check).toMatchObject({ start_period: "1m0s", interval: "1s" });
    }
  });

  test("a build that returns to earlier sources gets a tag that was never pushed", () => {
    for (const image of images.resources("docker_image")) {
      expect(image["name"]).toMatch(
        /:build-\w{16}-\$\{substr\(terraform_data\.[\w-]+_build_\w+\.id, 0, 8\)\}$/,
      );
    }
    // Another build has other sources.
    const builds = images.resources("terraform_data").map((each) => each["triggers_replace"]);
    const sources = images.resources("docker_image").map(({ triggers }) => triggers);
    expect(sources).toHaveLength(5);
    expect(builds).toEqual(expect.arrayContaining(sources));
    for (const source of sources) {
      expect(source).toEqual({ content: expect.stringMatching(/^[0-9a-f]{64}$/) });
    }
  });

  test("the engine keeps every image that was built, marked so that old ones are found", () => {
    for (const image of images.resources("docker_image")) {
      expect(image).toMatchObject({
        keep_locally: true,
        build: { label: { [DOCKER_LABEL]: BUILT_IMAGE } },
      });
    }
  });

  test("a new image never deletes the image that still runs", () => {
    for (const image of images.resources("docker_registry_image")) {
      expect(image["keep_remotely"]).toBe(true);
    }
  });

  test("images are built for the architecture that tasks run on", () => {
    const { images, platform } = synthesize(fixture, {}, { architecture: "ARM64" });
    for (const image of images.resources("docker_image")) {
      expect(image["build"]).toMatchObject({ platform: "linux/arm64" });
    }
    for (const task of platform.resources("aws_ecs_task_definition")) {
      expect(task["runtime_platform"]).toMatchObject({ cpu_architecture: "ARM64" });
    }
  });

  test("the build context has the same relative path in every checkout", () => {
    for (const image of images.resources("docker_image")) {
      expect(image["build"]).toMatchObject({ context: expect.stringMatching(/^\.\.\//) });
    }
  });

  test("a registry in place of ECR changes only the image names", () => {
    const { images } = synthesize(fixture, { PLATFORM_REGISTRY: "http://127.0.0.1:4566" });
    for (const image of images.resources("docker_image")) {
      expect(image["name"]).toMatch(
        /^127\.0\.0\.1:4566\/\$\{data\.terraform_remote_state\..+\}:build-\w{16}-\$\{substr/,
      );
    }
  });
});
