import type Docker from "dockerode";
import { PULL } from "../../spec/limits";
import { Failure } from "../terminal/run";
import { followed } from "../target/engine-answer";
import type { ImageHolders } from "./engine-cache";
import type { PushedImage } from "./images-in-state";
import { type Login, logIn } from "./registry-login";
import type { TerraformOptions } from "../terraform/terraform-stack";

/**
 * Fetches pushed images that the engine lacks, as on a pipeline's runner, so that a probe with
 * other settings runs the deployed image and not a second build of the same sources.
 *
 * @throws Failure if an image has another ID than in the state
 * @throws Error from the engine or ECR
 */
export async function fetchImages(
  { docker, ecr }: ImageHolders,
  options: Pick<TerraformOptions, "report" | "signal">,
  missing: readonly PushedImage[],
): Promise<void> {
  if (missing.length === 0) return;
  options.report(`fetching ${missing.map(({ repository }) => repository).join(", ")}`);
  const login = await logIn(ecr);
  const limit = AbortSignal.timeout(PULL.totalMinutes * 60_000);
  const abortSignal = AbortSignal.any([options.signal, limit]);
  await Promise.all(missing.map((image) => fetchImage(docker, image, { ...login, abortSignal })));
}

/** Pulls by digest, to get the probed image, and restores its name. */
async function fetchImage(
  docker: Docker,
  { name, id, host, repository, digest }: PushedImage,
  { username, password, abortSignal }: Login & { readonly abortSignal: AbortSignal },
): Promise<void> {
  const reference = `${host}/${repository}@${digest}`;
  const authconfig = { username, password, serveraddress: host };
  const stream = await docker.pull(reference, { authconfig, abortSignal });
  await followed(docker, stream);
  const { Id: fetchedId } = await docker.getImage(reference).inspect();
  if (fetchedId !== id) {
    throw new Failure([
      `${reference} is ${fetchedId} in this engine, and ${id} in the state of images.`,
      "The engine that built it may use another image store: deploy with that engine, or change the image.",
    ]);
  }
  const [, tag] = /:([^:/@]+)$/.exec(name) ?? [];
  // A promoted image is named by its digest in another repository, which cannot be a tag.
  if (tag && !name.includes("@")) {
    await docker.getImage(reference).tag({ repo: `${host}/${repository}`, tag });
  }
}
