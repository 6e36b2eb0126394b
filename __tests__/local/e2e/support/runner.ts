import { cpSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Docker from "dockerode";
import { execa } from "execa";
import { isGone } from "../../../../operations/target/engine-removal";
import { BUILT_IMAGE, DOCKER_LABEL } from "../../../../spec/names";
import { type Checkout, SUFFIX } from "./checkout";
import { containersOf, setDesiredCount } from "./local-aws";

export const BUCKET = "platform-states";

const STATE = {
  PLATFORM_BACKEND: "s3",
  PLATFORM_STATE_BUCKET: BUCKET,
  PLATFORM_STATE_REGION: "us-east-1",
};

/** Runs a command as on AWS, in an environment with states in S3; `limit` in seconds. */
export async function runAsOnAws(
  checkout: Checkout,
  command: string,
  limit = 600,
  env: Record<string, string> = {},
) {
  const line = `eval "$(npx platform env)" && ${command}`;
  return await checkout.run(`bash -c '${line}'`, limit, { ...STATE, ...env });
}

/** The root's key of a checkout's local AWS is the credentials that the runners have in common. */
export function shareCredentials(from: Checkout, to: Checkout): void {
  const keys = path.join(".platform", "local-aws", "keys");
  cpSync(path.join(from.folder, keys), path.join(to.folder, keys), { recursive: true });
}

/**
 * Leaves the engine with base images only, like a runner's. The local AWS uses it too, and it
 * keeps images of running tasks; their names, by which Terraform knows them, are always removed.
 */
export async function emptyEngine(suffix = SUFFIX): Promise<void> {
  const docker = new Docker();
  const ofProbes = { label: [`${DOCKER_LABEL}=${suffix}`] };
  for (const { Id } of await docker.listContainers({ all: true, filters: ofProbes })) {
    await docker.getContainer(Id).remove({ force: true });
  }
  await execa("docker", ["builder", "prune", "--all", "--force"]);
  const ofBuilds = { label: [`${DOCKER_LABEL}=${BUILT_IMAGE}`] };
  for (const { RepoTags, RepoDigests } of await docker.listImages({ filters: ofBuilds })) {
    const names = [...(RepoTags ?? []), ...(RepoDigests ?? [])];
    for (const name of names.filter((each) => each.includes(`/platform-${suffix}/`))) {
      // The last tag of a repository takes its digest with it.
      await isGone(docker.getImage(name).remove({ force: true }));
    }
  }
}

/** Stops a service's tasks and removes its image, so that the engine lacks it, like a runner's. */
export async function forgetImage(service: string): Promise<void> {
  const [task] = await containersOf(service);
  const image = (await task?.inspect())?.Image ?? "none";
  await setDesiredCount(service, 0);
  while ((await containersOf(service)).length > 0) await sleep(500);
  await new Docker().getImage(image).remove({ force: true });
}
