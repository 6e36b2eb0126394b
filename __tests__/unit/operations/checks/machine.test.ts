import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { buildSecrets } from "../../../../operations/checks/build-secrets";
import { disk, roomIn } from "../../../../operations/checks/disk";
import { engine } from "../../../../operations/checks/engine";
import { terraform } from "../../../../operations/checks/terraform";
import { advice, connect, dockerdBinary } from "../../../../operations/target/engine";
import { thisMachine } from "../../../../operations/target/machine";
import { PROJECT_FOLDER } from "../../../../project";
import type { EnvironmentSettings } from "../../../../spec/environment/settings";
import * as emulation from "../../../../stacks/images/emulation";
import { checkContext } from "../../../support/preflight";
import { fixture } from "../../../support/services";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "preflight-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** A program that answers to `version`, if it may not ask for a newer one, with this output. */
function program(output: string): string {
  const file = path.join(folder, "terraform");
  writeFileSync(
    file,
    `#!/bin/sh\n[ "$* $CHECKPOINT_DISABLE" = "version 1" ] && echo "${output}"\n`,
  );
  chmodSync(file, 0o755);
  return file;
}

test.each(["Terraform", "OpenTofu"])("a recent enough %s is found", async (name) => {
  const file = program(`${name} v1.12.0`);
  expect(await terraform.run(checkContext({}, { terraform: file }))).toEqual({
    found: `1.12.0 (${file}); >= 1.11.0 is required`,
  });
});

const INSTALL =
  "install it (https://developer.hashicorp.com/terraform/install), or use another program: export TERRAFORM_BINARY_NAME=…";

test("an outdated Terraform is a problem", async () => {
  const file = program("Terraform v1.10.5");
  expect(await terraform.run(checkContext({}, { terraform: file }))).toEqual({
    problems: [{ problem: `${file} is Terraform 1.10.5; >= 1.11.0 is required`, fix: INSTALL }],
  });
});

test("a program that is not Terraform or does not exist is a problem", async () => {
  for (const output of ["hello", "no Terraform v1.12.0"]) {
    const file = program(output);
    expect(await terraform.run(checkContext({}, { terraform: file }))).toEqual({
      problems: [
        { problem: `${file} does not run as Terraform: its output is "${output}"`, fix: INSTALL },
      ],
    });
  }
  expect(await terraform.run(checkContext())).toMatchObject({
    problems: [
      { problem: expect.stringMatching(/Command failed with ENOENT: .nowhere.terraform version$/) },
    ],
  });
});

const DOCKER = { ApiVersion: "1.52", Components: [{ Name: "Engine" }] };

function engineOf(Os: string, Arch: string, settings: EnvironmentSettings = {}, kind = DOCKER) {
  const context = checkContext({}, {}, settings);
  vi.spyOn(context.docker, "ping").mockResolvedValue("OK");
  const version = { Version: "27.1.0", Os, Arch, ...kind };
  vi.spyOn(context.docker, "version").mockImplementation(() => Promise.resolve(version as never));
  return context;
}

const ARM = { architecture: "ARM64" } as const;

test("an engine is shown with its platform, and with the one that it emulates", async () => {
  expect(await engine.run(engineOf("linux", "amd64"))).toEqual({
    found: "Docker 27.1.0 on linux/amd64",
  });
  expect(await engine.run(engineOf("linux", "arm64", ARM))).toEqual({
    found: "Docker 27.1.0 on linux/arm64",
  });
  const runs = vi.spyOn(emulation, "runsPrograms");
  runs.mockResolvedValueOnce(true).mockResolvedValueOnce(undefined);
  expect(await engine.run(engineOf("linux", "arm64"))).toEqual({
    found: "Docker 27.1.0 on linux/arm64, which emulates linux/amd64",
  });
  expect(await engine.run(engineOf("linux", "amd64", ARM))).toEqual({
    found: "Docker 27.1.0 on linux/amd64; whether it emulates linux/arm64 cannot be told",
  });
});

test.each([{}, { promoteFrom: { environment: "blue" } }])(
  "an engine that does not emulate the images' processor is a problem, also of promoted ones: %j",
  async (settings) => {
    vi.spyOn(emulation, "runsPrograms").mockResolvedValueOnce(false);
    expect(await engine.run(engineOf("linux", "arm64", settings))).toEqual({
      problems: [
        {
          problem:
            "the engine runs linux/arm64 and does not emulate linux/amd64: it can neither build nor probe images for X86_64",
          fix: expect.stringMatching(
            /binfmt --install amd64; .* runs-on: ubuntu-24[.]04\), or set `architecture` to ARM64/,
          ),
        },
      ],
    });
  },
);

test("an engine for Windows containers is a problem", async () => {
  expect(await engine.run(engineOf("windows", "amd64"))).toEqual({
    problems: [
      {
        problem: "the engine runs windows containers, but the images are for Linux",
        fix: "switch the engine to Linux containers, or use another one: export DOCKER_HOST=…",
      },
    ],
  });
});

test.each<[string, typeof DOCKER]>([
  ["Podman Engine", { ApiVersion: "1.41", Components: [{ Name: "Podman Engine" }] }],
  ["Docker 27.1.0", { ...DOCKER, ApiVersion: "1.38" }],
])("an engine without BuildKit, as %s, cannot build the images", async (name, kind) => {
  expect(await engine.run(engineOf("linux", "amd64", {}, kind))).toEqual({
    problems: [
      {
        problem: `the engine is ${name}, which has no BuildKit to build the images with: RUN --mount, secrets and heredocs in Dockerfiles need it`,
        fix: expect.stringMatching(
          /^use Docker Engine 23 or newer: .*, or that of another machine/,
        ),
      },
    ],
  });
});

test("an engine with the first API that has BuildKit is no problem, nor one that builds nothing", async () => {
  const first = { ...DOCKER, ApiVersion: "1.39" };
  expect(await engine.run(engineOf("linux", "amd64", {}, first))).toHaveProperty("found");
  const older = { ...DOCKER, ApiVersion: "1.38" };
  const promoting = { promoteFrom: { environment: "blue" } };
  expect(await engine.run(engineOf("linux", "amd64", promoting, older))).toHaveProperty("found");
});

test("an engine that does not answer is a problem", async () => {
  expect(await engine.run(checkContext())).toEqual({
    problems: [
      {
        problem: expect.stringMatching(
          /^no container engine answers at DOCKER_HOST: .*ENOENT .nowhere.docker.sock$/,
        ),
        fix: "start that engine, or `unset DOCKER_HOST` to use this machine's own",
      },
    ],
  });
});

test("this machine's own engine that does not answer is a problem, with the command that starts it", async () => {
  const docker = connect(undefined);
  const silence = Object.assign(new Error("connect EACCES"), { code: "EACCES" });
  vi.spyOn(docker, "ping").mockRejectedValue(silence);
  const { message, fix } = advice(thisMachine(), silence, dockerdBinary());
  expect(await engine.run(checkContext({}, { docker }))).toEqual({
    problems: [{ problem: message, fix }],
  });
});

test("a secret that the shell lacks is a problem of a deployment that builds", async () => {
  const web = { ...fixture.web, build: { secrets: ["TEST_BUILD_SECRET"] } };
  const services = { services: { ...fixture, web } };
  const problem = {
    problem:
      "services: web.build.secrets: the variable TEST_BUILD_SECRET is not set; set it where the image is built: export TEST_BUILD_SECRET=…",
    fix: expect.stringContaining("as a secret of the pipeline"),
  };
  expect(await buildSecrets.run(checkContext({}, services))).toEqual({ problems: [problem] });
  const promoting = { promoteFrom: { environment: "blue" } };
  expect(await buildSecrets.run(checkContext({}, services, promoting))).toEqual({
    found: "nothing is built",
  });
  vi.stubEnv("TEST_BUILD_SECRET", "s3cr3t");
  const found = await buildSecrets.run(checkContext({}, services));
  vi.unstubAllEnvs();
  expect(found).toEqual({ found: "all that builds need" });
});

test("less than 2 GB is a problem, with the folder", () => {
  const images = { folder: "/var/lib/docker", free: 1.2e9 };
  const project = { folder: "/home/me/platform", free: 2.5e9 };
  expect(roomIn([images, project])).toEqual({
    problems: [
      {
        problem: "/var/lib/docker has 1.2 GB free; a deployment needs 2.0 GB",
        fix: "free some space: `docker system df` shows how much images and builds use, `docker builder prune` clears the build cache",
      },
    ],
  });
  expect(roomIn([{ ...images, free: 2e9 }, project])).toEqual({
    found: "free: 2.0 GB in /var/lib/docker, 2.5 GB in /home/me/platform",
  });
});

test("the engine's folder counts if it is on this machine; the project's folder always counts", async () => {
  const context = checkContext();
  const info = vi.spyOn(context.docker, "info");
  info.mockResolvedValue({ DockerRootDir: folder });
  const words = JSON.stringify(await disk.run(context));
  expect(words).toContain(` in ${folder}`);
  expect(words).toContain(` in ${PROJECT_FOLDER}`);
  info.mockResolvedValue({ DockerRootDir: "/nowhere/docker" });
  expect(JSON.stringify(await disk.run(context))).not.toContain("/nowhere");
});

test("the folder of a remote engine is on another disk, and one that does not answer has none", async () => {
  const remote = connect("tcp://docker.acme.com:2375");
  vi.spyOn(remote, "info").mockResolvedValue({ DockerRootDir: folder });
  for (const docker of [remote, checkContext().docker]) {
    const words = JSON.stringify(await disk.run(checkContext({}, { docker })));
    expect(words).not.toContain(folder);
    expect(words).toContain(PROJECT_FOLDER);
  }
});
