import type Docker from "dockerode";
import type { Config } from "../../spec/config";
import { ignoreStopped, isNotFound } from "../target/engine-answer";
import { removeContainer } from "../target/engine-removal";
import { PLATFORM_IMAGES } from "../../spec/images";
import type { ServiceSpec, Services } from "../../spec/service/spec";
import { type Sign, imageSpec } from "../../stacks/images/image-spec";
import { DOCKER_LABEL, healthProbeName, probeName } from "../../spec/names";
import { programFix } from "../diagnosis/program-fixes";
import { textOf } from "../target/engine-log";
import { StackFailure, type TerraformOptions, readState } from "../terraform/terraform-stack";

/** An unhealthy probe with its last output. */
export interface FailedProbe {
  readonly name: string;
  /** `exited with 1`, `runs, but …` */
  readonly state: string;
  /** Its last lines, oldest first. */
  readonly log: readonly string[];
  /** What to change. */
  readonly fix: string;
}

const LOG_LINES = 10;

/** Stops the finished probes; a stopped probe shows no change in the next plan. */
export async function stopProbes(docker: Docker, config: Config): Promise<void> {
  const probes = await listOwnProbes(docker, config);
  await Promise.all(
    probes
      .filter(({ State }) => State === "running")
      .map(({ Id }) => docker.getContainer(Id).stop({ t: 5 }).catch(ignoreStopped)),
  );
}

/** Whether a probe could not be created because its name is taken. */
export function isNameTaken(error: unknown): boolean {
  const taken = /container name \S+ is already in use/;
  return error instanceof StackFailure && error.errors.some((words) => taken.test(words));
}

/**
 * Removes probes that are not in the state of `images`: leftovers of a killed run. Must not run while
 * another run may be creating probes that are not in the state yet.
 */
export async function removeStrayProbes(
  docker: Docker,
  config: Config,
  options: TerraformOptions,
): Promise<void> {
  const probes = await listOwnProbes(docker, config);
  if (probes.length === 0) return;
  const known = JSON.stringify((await readState("images", options)) ?? "");
  const strays = probes.filter(({ Id }) => !known.includes(Id));
  await Promise.all(strays.map(({ Id }) => removeContainer(docker, Id)));
}

/** Removes the probes of environments whose states are gone. */
export async function removeProbes(docker: Docker, suffixes: readonly string[]): Promise<void> {
  const found = await Promise.all(suffixes.map((suffix) => listProbes(docker, suffix)));
  await Promise.all(found.flat().map(({ Id }) => removeContainer(docker, Id)));
}

/** Describes a probe that kept its image from being pushed, with its last output. */
export async function describeProbe(
  docker: Docker,
  config: Config,
  image: string,
  services: Services,
): Promise<FailedProbe> {
  const name = probeName(config, image);
  const container = docker.getContainer(name);
  const { State, Config } = await container.inspect();
  const { shows } = imageSpec(image, services, config).probe;
  const log = await lastLines(container);
  if (!State.Running) {
    const state = `exited with ${State.ExitCode}${State.OOMKilled ? " (out of memory)" : ""}`;
    const ended = { exitCode: State.ExitCode, reason: State.Error, log };
    const fix = State.OOMKilled
      ? "raise `size.memory` in services/index.ts, or find out what uses it"
      : (programFix(ended) ?? endFix(shows));
    return { name, state, log, fix };
  }
  if ("exits" in shows) {
    return { name, state: "does not end", log, fix: UNENDED };
  }
  const [kind, ...check] = Config.Healthcheck?.Test ?? [];
  if (kind !== "CMD") {
    if ("staySeconds" in shows) {
      return { name, state: "runs, but cannot be watched", log, fix: platformFix(config) };
    }
    const [seen] = await lastLines(docker.getContainer(healthProbeName(config, image)), 1);
    const state = `runs, but is not healthy: ${seen ?? "it was not asked"}`;
    return { name, state, log, fix: "fix it, or correct `port` and `health` in services/index.ts" };
  }
  const said = State.Health?.Log.at(-1)?.Output.trim().split("\n").at(-1);
  const state = `runs, but \`${check.join(" ")}\` fails in it${said ? `: ${said}` : ""}`;
  const fix = PLATFORM_IMAGES.includes(image)
    ? platformFix(config)
    : healthFix(said ?? "", services[image]);
  return { name, state, log, fix };
}

async function lastLines(container: Docker.Container, tail = LOG_LINES): Promise<string[]> {
  try {
    const frames = await container.logs({ stdout: true, stderr: true, tail });
    return textOf(frames).split("\n").filter(Boolean);
  } catch (error) {
    // What asks is created after what is asked.
    if (isNotFound(error)) return [];
    throw error;
  }
}

const UNENDED =
  "`dryRun` in services/index.ts must end by itself, within 20 minutes: it has no database to wait for";

/** What to change in an image whose probe ended without showing that it works, and whose log tells no more. */
function endFix(shows: Sign): string {
  if ("exits" in shows) {
    return "fix the error above, or `dryRun` in services/index.ts: it must exit 0 with the job's settings alone, without a database";
  }
  if ("starts" in shows) {
    return "its program must start: correct `CMD` or `ENTRYPOINT` in its Dockerfile. How it ends is not asked before the push";
  }
  if ("staySeconds" in shows) {
    return `a worker or a sidecar must run on: this one ended within ${shows.staySeconds} s, with the settings of its task but without a queue or database. It must wait for them, and not exit, also not with 0; what runs to its end is a job, with \`schedule\``;
  }
  return "fix the error above; it ran with the settings of its task, but without a database";
}

/** An image of the platform's own works with the version of this project that built it. */
function platformFix({ promoteFrom }: Config): string {
  return promoteFrom
    ? `deploy ${promoteFrom.environment}, which the image is taken from, with this version of the project first`
    : "it is an image of the platform itself: the engine may not run images of this architecture";
}

/** What to change so that the health check of a running probe succeeds, from its last output. */
function healthFix(said: string, service: ServiceSpec | undefined): string {
  const instead =
    service?.port === undefined
      ? "the platform then waits until it has run for ten seconds"
      : "the platform then asks for the path itself";
  if (/executable file not found|no such file or directory/i.test(said)) {
    return "the image lacks the program of `health.command`: install it, or leave `command` out in services/index.ts";
  }
  return `fix it, or leave \`health.command\` out in services/index.ts: ${instead}`;
}

/** Excludes probes of the same environment in another region, which have their own state. */
async function listOwnProbes(docker: Docker, config: Config): Promise<Docker.ContainerInfo[]> {
  const patterns = [probeName, healthProbeName].map((name) => name(config, "*").split("*"));
  const probes = await listProbes(docker, config.suffix);
  return probes.filter(({ Names }) =>
    Names.some((name) =>
      patterns.some(([start = "", end = ""]) => name.startsWith(`/${start}`) && name.endsWith(end)),
    ),
  );
}

async function listProbes(docker: Docker, suffix: string): Promise<Docker.ContainerInfo[]> {
  const label = [`${DOCKER_LABEL}=${suffix}`];
  return docker.listContainers({ all: true, filters: { label } });
}
