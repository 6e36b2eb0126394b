import { readFileSync } from "node:fs";
import path from "node:path";
import { execa } from "execa";
import { PROJECT_FOLDER } from "../../project";

/** The base image by its name alone, as `npm run up` has prepared it. */
const BASE = "DEBIAN=debian:trixie-slim";

const SCRIPT = 'test -z "$(gofmt -l .)" && go vet ./... && go test -count=1 ./...';

/**
 * What a Go program's own tests say, formatted and vetted, in the stage `build` of its Dockerfile and
 * without a network.
 *
 * @param program its folder in the project
 */
export async function goTests(program: string, minutes: number): Promise<string> {
  const folder = path.join(PROJECT_FOLDER, program);
  const dockerfile = readFileSync(path.join(folder, "Dockerfile"), "utf8");
  // The command line may lack BuildKit, and only BuildKit knows the engine's own platform.
  const input = dockerfile.replace("--platform=$BUILDPLATFORM ", "");
  const timeout = minutes * 60_000;
  const options = { timeout, env: { DOCKER_BUILDKIT: "0" }, input };
  const words = ["--quiet", "--target", "build", "--build-arg", BASE, "--file", "-", folder];
  const { stdout: image } = await execa("docker", ["build", ...words], options);
  const mount = ["--volume", `${folder}:/tests:ro`, "--workdir", "/tests"];
  const run = ["run", "--rm", "--init", "--network", "none", ...mount];
  const { stdout } = await execa("docker", [...run, image, "sh", "-c", SCRIPT], { timeout });
  return stdout;
}
