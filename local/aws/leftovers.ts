import { setTimeout as pause } from "node:timers/promises";
import type Docker from "dockerode";
import { isGone, removeContainer } from "../../operations/target/engine-removal";
import { REMOVAL_SECONDS } from "../../spec/limits";
import { DOCKER_LABEL } from "../../spec/names";
import { LOCAL_AWS_LABEL } from "./names";
import { unusedRegistryImages } from "./registry-images";

const LOOK_MS = 300;

/**
 * Lists what remains of the local AWS on a port and of the probes of the given environments:
 * containers, volumes, networks and unused images of its registry, one per line. Other ports and
 * environments are ignored.
 */
export async function leftovers(
  docker: Docker,
  port: number,
  suffixes: readonly string[],
): Promise<string[]> {
  const labels = [
    `${LOCAL_AWS_LABEL}=${port}`,
    ...suffixes.map((suffix) => `${DOCKER_LABEL}=${suffix}`),
  ];
  const found = await Promise.all(labels.map((label) => find(docker, [label])));
  const containers = found.flatMap((objects) => objects.containers);
  const volumes = found.flatMap((objects) => objects.volumes);
  const networks = found.flatMap((objects) => objects.networks);
  return [
    ...containers.map(({ Names, Image, State }) => {
      return `container ${(Names[0] ?? "").replace("/", "")} (${Image}, ${State})`;
    }),
    ...volumes.map(({ Name }) => `volume ${Name}`),
    ...networks.map(({ Name }) => `network ${Name}`),
    ...(await unusedRegistryImages(docker, port)),
  ];
}

/**
 * Environments whose probes run images from the local AWS's registry. Their states may be out of
 * this checkout's sight: in the local AWS's own S3, which is removed together with it.
 */
export async function probedSuffixes(docker: Docker, port: number): Promise<string[]> {
  const filters = { label: [DOCKER_LABEL] };
  const [images, containers] = await Promise.all([
    docker.listImages({ filters }),
    docker.listContainers({ all: true, filters }),
  ]);
  const tags = new Map(images.map(({ Id, RepoTags }) => [Id, RepoTags ?? []]));
  // An image may also be in the registry of another local AWS, where another environment has built it.
  return containers.flatMap(({ ImageID, Labels }) => {
    const suffix = Labels[DOCKER_LABEL] ?? "";
    const own = (tags.get(ImageID) ?? []).some((tag) => isIn(tag, port, suffix));
    return own ? [suffix] : [];
  });
}

/** Whether a tag is of a repository of the environment: `127.0.0.1:4566/platform-dev/web:…`. */
function isIn(tag: string, port: number, suffix: string): boolean {
  const [host, namespace = ""] = tag.split("/");
  return host === `127.0.0.1:${port}` && namespace.endsWith(`-${suffix}`);
}

/**
 * Removes the local AWS on a port, or all of them, with everything it created and nothing else, but for
 * what other containers use. What is not gone after `REMOVAL_SECONDS` is among the `leftovers`.
 */
export async function removeAll(docker: Docker, port?: number): Promise<void> {
  const label = port === undefined ? LOCAL_AWS_LABEL : `${LOCAL_AWS_LABEL}=${port}`;
  const limit = AbortSignal.timeout(REMOVAL_SECONDS * 1000);
  try {
    // The local AWS goes first: while it runs, it replaces removed tasks.
    const { containers } = await find(docker, [label, `${DOCKER_LABEL}=local-aws`], limit);
    await Promise.all(containers.map(({ Id }) => removeContainer(docker, Id, limit)));
    // Containers that the engine was still creating when the local AWS stopped appear a moment later.
    for (let idle = 0; idle < 2;) {
      idle = (await removeFound(docker, label, limit)) ? 0 : idle + 1;
      await pause(LOOK_MS, undefined, { signal: limit });
    }
  } catch (error) {
    if (!limit.aborted) throw error;
  }
}

/** Removes every labelled object that is not in use, and returns whether it has removed any. */
async function removeFound(docker: Docker, label: string, limit: AbortSignal): Promise<boolean> {
  const { containers, volumes, networks } = await find(docker, [label], limit);
  await Promise.all(containers.map(({ Id }) => removeContainer(docker, Id, limit)));
  const abortSignal = limit;
  const gone = await Promise.all([
    ...volumes.map(({ Name }) =>
      isGone(docker.getVolume(Name).remove({ force: true, abortSignal })),
    ),
    ...networks.map(({ Id }) => isGone(docker.getNetwork(Id).remove({ abortSignal }), 403)),
  ]);
  return containers.length > 0 || gone.includes(true);
}

async function find(docker: Docker, label: readonly string[], abortSignal?: AbortSignal) {
  const request = { filters: { label: [...label] }, ...(abortSignal && { abortSignal }) };
  const [containers, { Volumes: volumes }, networks] = await Promise.all([
    docker.listContainers({ all: true, ...request }),
    docker.listVolumes(request),
    docker.listNetworks(request),
  ]);
  return { containers, volumes, networks };
}
