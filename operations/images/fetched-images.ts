import { GetAuthorizationTokenCommand, type ECRClient } from "@aws-sdk/client-ecr";
import type Docker from "dockerode";
import { PULL } from "../../spec/limits";
import { followed } from "../target/engine-answer";
import { type ImageHolders, type PushedImage, missingFrom, pushedImages } from "./engine-cache";
import { type TerraformOptions, readState } from "../terraform/terraform-stack";

/**
 * Fetches the images that were pushed and that the engine lacks, as a pipeline's runner does, so that
 * what is probed with other settings is what runs, and not a second build of the same sources.
 *
 * @throws Error of the engine or of ECR
 */
export async function fetchImages(
  { docker, ecr }: ImageHolders,
  options: TerraformOptions,
): Promise<void> {
  const missing = await missingFrom(docker, pushedImages(await readState("images", options)));
  if (missing.length === 0) return;
  options.report(`fetching ${missing.map(({ repository }) => repository).join(", ")}`);
  const login = await logIn(ecr);
  const limit = AbortSignal.timeout(PULL.totalMinutes * 60_000);
  const abortSignal = AbortSignal.any([options.signal, limit]);
  await Promise.all(missing.map((image) => fetchImage(docker, image, { ...login, abortSignal })));
}

/** Pulls by the digest, which is the image that was probed, and gives it its name again. */
async function fetchImage(
  docker: Docker,
  { name, host, repository, digest }: PushedImage,
  { username, password, abortSignal }: Login & { readonly abortSignal: AbortSignal },
): Promise<void> {
  const reference = `${host}/${repository}@${digest}`;
  const authconfig = { username, password, serveraddress: host };
  const stream = await docker.pull(reference, { authconfig, abortSignal });
  await followed(docker, stream);
  const [, tag] = /:([^:/@]+)$/.exec(name) ?? [];
  // A promoted image is known by the digest that it has elsewhere, which is no name to give.
  if (tag && !name.includes("@")) {
    await docker.getImage(reference).tag({ repo: `${host}/${repository}`, tag });
  }
}

interface Login {
  readonly username: string;
  readonly password: string;
}

/** The login of whoever deploys, good for twelve hours. The local AWS takes any. */
async function logIn(ecr: ECRClient): Promise<Login> {
  const { authorizationData = [] } = await ecr.send(new GetAuthorizationTokenCommand({}));
  const token = authorizationData[0]?.authorizationToken ?? "";
  const [username = "", password = ""] = Buffer.from(token, "base64").toString().split(":");
  return { username, password };
}
