import { readFileSync } from "node:fs";
import path from "node:path";
import { Readable } from "node:stream";
import type Docker from "dockerode";
import { EMULATOR_BUILD_MINUTES } from "../../spec/limits";
import { DOCKER_LABEL, EMULATOR_IMAGE } from "../../spec/names";
import { followed, isNotFound } from "../../operations/target/engine-answer";
import tar from "tar-fs";
import { PROJECT_FOLDER } from "../../project";
import { folderSource } from "../../spec/service/build";
import { namedBases } from "../../stacks/images/base-images";
import { BuildContext } from "../../stacks/images/build-context";
import { contentHash } from "../../stacks/images/content-hash";
import { sentFiles } from "../../stacks/images/context/context-digest";
import type { Report } from "../../operations/terminal/refusal";

const CONTEXT = path.join(PROJECT_FOLDER, "local", "emulator");
const REPOSITORY = "fargate-platform/emulator";

/** The emulator image's name, derived from its content: the same sources give the same name. */
export function emulatorImageName(folder = CONTEXT): string {
  const context = new BuildContext(folderSource(folder)).digest();
  const inputs = { context, platform: process.arch, buildArguments: {} };
  return `${REPOSITORY}:${contentHash(inputs).slice(0, 16)}`;
}

/** Builds the emulator's image unless the engine has it. Returns its name. */
export async function ensureEmulatorImage(docker: Docker, report: Report): Promise<string> {
  const name = emulatorImageName();
  if (await exists(docker, name)) return name;
  report("building the local AWS");
  const context = tar.pack(CONTEXT, { entries: [...sentFiles(CONTEXT), "Dockerfile"] });
  const abortSignal = AbortSignal.timeout(EMULATOR_BUILD_MINUTES * 60_000);
  const labels = { [DOCKER_LABEL]: EMULATOR_IMAGE };
  const dockerfile = readFileSync(path.join(CONTEXT, "Dockerfile"), "utf8");
  const buildargs = namedBases(dockerfile);
  const options = { t: name, labels, buildargs, forcerm: true, abortSignal };
  const output = await docker.buildImage(Readable.from(context), options);
  await follow(docker, output, (line) => {
    report(`building the local AWS: ${line}`);
  });
  return name;
}

async function exists(docker: Docker, image: string): Promise<boolean> {
  try {
    await docker.getImage(image).inspect();
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}

/** Reports each line of a build; if the build fails, throws with its last lines. */
async function follow(
  docker: Docker,
  output: NodeJS.ReadableStream,
  report: Report,
): Promise<void> {
  const lines: string[] = [];
  try {
    await followed(docker, output, ({ stream, error }) => {
      const line = (stream ?? error ?? "").trim();
      if (line === "") return;
      lines.push(line);
      report(line);
    });
  } catch {
    throw new Error(`the local AWS could not be built:\n${lines.slice(-15).join("\n")}`);
  }
}
