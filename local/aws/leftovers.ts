import { hasStatus, isNotFound } from "../../operations/target/engine-answer";
import type Docker from "dockerode";
import { DOCKER_LABEL } from "../../spec/names";
import { LOCAL_AWS_LABEL } from "./names";

/**
 * What still exists of the local AWS on a port and of the probes of some environments: containers,
 * volumes and networks, one per line. Those of another port or environment are not looked at.
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
  const found = await Promise.all(labels.map((label) => find(docker, label)));
  const containers = found.flatMap((objects) => objects.containers);
  const volumes = found.flatMap((objects) => objects.volumes);
  const networks = found.flatMap((objects) => objects.networks);
  return [
    ...containers.map(({ Names, Image, State }) => {
      return `container ${(Names[0] ?? "").replace("/", "")} (${Image}, ${State})`;
    }),
    ...volumes.map(({ Name }) => `volume ${Name}`),
    ...networks.map(({ Name }) => `network ${Name}`),
  ];
}

/**
 * Environments whose probes run images of the local AWS's registry. Their states may lie where this
 * checkout does not look: in the local AWS's own S3, which goes with it.
 */
export async function probedSuffixes(docker: Docker, port: number): Promise<string[]> {
  const filters = { label: [DOCKER_LABEL] };
  const [images, containers] = await Promise.all([
    docker.listImages({ filters }),
    docker.listContainers({ all: true, filters }),
  ]);
  const local = new Set(
    images
      .filter(({ RepoTags }) => RepoTags?.some((tag) => tag.startsWith(`127.0.0.1:${port}/`)))
      .map(({ Id }) => Id),
  );
  return containers
    .filter(({ ImageID }) => local.has(ImageID))
    .flatMap(({ Labels }) => Labels[DOCKER_LABEL] ?? []);
}

/** Removes the local AWS on a port, or every one, and all that it made. Nothing else is touched. */
export async function removeAll(docker: Docker, port?: number): Promise<void> {
  const label = port === undefined ? LOCAL_AWS_LABEL : `${LOCAL_AWS_LABEL}=${port}`;
  // The local AWS itself first: while it runs it replaces tasks that have gone.
  for (const own of [`${DOCKER_LABEL}=local-aws`, undefined]) {
    const { containers } = await find(docker, label, own);
    await Promise.all(
      containers.map(({ Id }) => gone(docker.getContainer(Id).remove({ force: true, v: true }))),
    );
  }
  const { volumes, networks } = await find(docker, label);
  await Promise.all([
    ...volumes.map(({ Name }) => gone(docker.getVolume(Name).remove({ force: true }))),
    ...networks.map(({ Id }) => gone(docker.getNetwork(Id).remove())),
  ]);
}

async function find(docker: Docker, ...labels: (string | undefined)[]) {
  const filters = { label: labels.filter((label) => label !== undefined) };
  const [containers, { Volumes: volumes }, networks] = await Promise.all([
    docker.listContainers({ all: true, filters }),
    docker.listVolumes({ filters }),
    docker.listNetworks({ filters }),
  ]);
  return { containers, volumes, networks };
}

/** Removal of what somebody else removes at the same time is no failure. */
async function gone(removal: Promise<unknown>): Promise<void> {
  try {
    await removal;
  } catch (error) {
    const busy = hasStatus(error, 409);
    if (!isNotFound(error) && !busy) throw error;
  }
}
