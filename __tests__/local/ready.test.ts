import { readFileSync } from "node:fs";
import path from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";
import { PROJECT_FOLDER } from "../../project";

const FOLDER = path.join(PROJECT_FOLDER, "stacks", "platform", "ready");

/** The base image by its name alone, as `npm run up` has prepared it. */
const BASE = "DEBIAN=debian:trixie-slim";

test("the program that asks for a service's health passes its own tests, formatted and vetted", async () => {
  const dockerfile = readFileSync(path.join(FOLDER, "Dockerfile"), "utf8");
  // The command line may lack BuildKit, and only BuildKit knows the engine's own platform.
  const input = dockerfile.replace("--platform=$BUILDPLATFORM ", "");
  const options = { timeout: 300_000, env: { DOCKER_BUILDKIT: "0" }, input };
  const words = ["--quiet", "--target", "build", "--build-arg", BASE, "--file", "-", FOLDER];
  const { stdout: image } = await execa("docker", ["build", ...words], options);
  const script = 'test -z "$(gofmt -l .)" && go vet ./... && go test -count=1 ./...';
  const mount = `${FOLDER}:/tests:ro`;
  const run = [
    "run",
    "--rm",
    "--init",
    "--network",
    "none",
    "--volume",
    mount,
    "--workdir",
    "/tests",
  ];
  const { stdout } = await execa("docker", [...run, image, "sh", "-c", script], {
    timeout: 300_000,
  });
  expect(stdout).toMatch(/^ok\s+ready\b/);
}, 600_000);
