import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import type Docker from "dockerode";
import tar from "tar-fs";
import type { Config } from "../../spec/config";
import { type Processor, processorOf } from "../../spec/images";
import { exitProgram } from "./exit-program";

/** Importing and running a program of 132 bytes takes half a second, as does removing it. */
const LIMIT_SECONDS = 10;

const limit = () => AbortSignal.timeout(LIMIT_SECONDS * 1000);

const FOREIGN = /exec format error/i;

/** The command that lets an engine's host run programs for another processor, until it restarts. */
export function emulationCommand(processor: Processor | "all"): string {
  return `docker run --privileged --rm tonistiigi/binfmt --install ${processor}`;
}

/** Why the engine cannot run an environment's images, and what changes that. */
export function withoutEmulation({ architecture }: Config, platform: string) {
  const other = architecture === "ARM64" ? "X86_64" : "ARM64";
  return {
    problem: `the engine runs ${platform} and does not emulate linux/${processorOf({ architecture })}: it can neither build nor probe images for ${architecture}`,
    fix: `let it emulate: ${emulationCommand(processorOf({ architecture }))}; or use an engine on ${architecture} (in GitHub Actions runs-on: ${RUNNERS[architecture]}), or set \`architecture\` to ${other} in environments.ts`,
  };
}

const RUNNERS = { ARM64: "ubuntu-24.04-arm", X86_64: "ubuntu-24.04" } as const;

/**
 * Why the engine of `DOCKER_HOST` cannot run an environment's images, in one line. An engine that does not
 * answer, or whose answer is unclear, is no problem here: the build will report its own.
 */
export async function emulationProblems(config: Config): Promise<string[]> {
  const wanted = processorOf(config);
  try {
    // Read only where it is used: most syntheses build nothing.
    const { default: Engine } = await import("dockerode");
    const docker = new Engine({ timeout: LIMIT_SECONDS * 1000 });
    const { Os, Arch } = await docker.version();
    if (Os !== "linux" || Arch === wanted) return [];
    if ((await runsPrograms(docker, wanted)) !== false) return [];
    const { problem, fix } = withoutEmulation(config, `${Os}/${Arch}`);
    return [`${problem}; ${fix}`];
  } catch {
    return [];
  }
}

/**
 * Whether an engine runs programs for a processor that is not its own: natively, by Rosetta or by QEMU. It
 * runs the smallest one, because only the engine's host knows, which may be a virtual or another machine.
 * Nothing is pulled, and nothing stays.
 *
 * @returns undefined if the engine refuses or is late
 */
export async function runsPrograms(
  docker: Docker,
  processor: Processor,
): Promise<boolean | undefined> {
  const abortSignal = limit();
  try {
    const image = await importProgram(docker, processor, abortSignal);
    try {
      return await runs(docker, image, abortSignal);
    } finally {
      await docker.getImage(image).remove({ abortSignal: limit() });
    }
  } catch {
    return undefined;
  }
}

/** An image with the program alone; its ID. */
async function importProgram(
  docker: Docker,
  processor: Processor,
  abortSignal: AbortSignal,
): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "fargate-platform-"));
  try {
    await writeFile(path.join(folder, "exit"), exitProgram(processor));
    const pack = tar.pack(folder, { map: (header) => ({ ...header, mode: 0o755 }) });
    const stream = await docker.importImage(Readable.from(pack), { abortSignal });
    const answer = await text(stream);
    const [id] = /sha256:[0-9a-f]{64}/.exec(answer) ?? [];
    if (id === undefined) throw new Error(answer);
    return id;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function runs(
  docker: Docker,
  image: string,
  abortSignal: AbortSignal,
): Promise<boolean | undefined> {
  const container = await docker.createContainer({
    Image: image,
    Cmd: ["/exit"],
    HostConfig: { NetworkMode: "none" },
    abortSignal,
  });
  try {
    await container.start({ abortSignal });
    const { StatusCode } = (await container.wait({ abortSignal })) as { StatusCode: number };
    if (StatusCode === 0) return true;
    const log = await container.logs({ stdout: true, stderr: true, abortSignal });
    return FOREIGN.test(log.toString()) ? false : undefined;
  } catch (error) {
    // Where the engine executes the program before it answers.
    if (error instanceof Error && FOREIGN.test(error.message)) return false;
    throw error;
  } finally {
    await container.remove({ force: true, abortSignal: limit() });
  }
}
