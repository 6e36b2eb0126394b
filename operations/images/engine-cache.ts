import { isNotFound } from "../target/engine-answer";
import { DescribeImagesCommand, type ECRClient } from "@aws-sdk/client-ecr";
import type Docker from "dockerode";
import { list, record } from "../terraform/terraform-events";

/** A pushed image, as recorded in the state of `images`. */
export interface PushedImage {
  /** Its name in the engine, which the Docker provider looks up. */
  readonly name: string;
  readonly host: string;
  readonly repository: string;
  /** Its digest in the registry. */
  readonly digest: string;
}

/** The places that may hold an image. */
export interface ImageHolders {
  readonly docker: Docker;
  readonly ecr: ECRClient;
}

/**
 * Whether the engine lacks pushed images that are still in the registry, as on a pipeline's runner,
 * whose engine always starts empty. The Docker provider would treat such an image as deleted, and build
 * and probe it again although it is already pushed. Terraform must then trust its state of `images`
 * (`-refresh=false`) and builds only what has changed.
 *
 * False when the registry has lost one of the images or cannot be queried: a refresh must then find
 * what is missing.
 */
export async function isEngineEmpty(
  { docker, ecr }: ImageHolders,
  state: unknown,
): Promise<boolean> {
  const images = pushedImages(state);
  if ((await missingFrom(docker, images)).length === 0) return false;
  const pushed = await Promise.all(images.map((image) => isInRegistry(ecr, image)));
  return !pushed.includes(false);
}

/** The images that the engine does not have under their names. */
export async function missingFrom(
  docker: Docker,
  images: readonly PushedImage[],
): Promise<PushedImage[]> {
  const known = await Promise.all(images.map(({ name }) => isInEngine(docker, name)));
  return images.filter((_, index) => !known[index]);
}

/** Reads the pushed images from a Terraform state; an image whose push failed is not included. */
export function pushedImages(state: unknown): PushedImage[] {
  const attributes = (type: string) =>
    list(record(state)["resources"])
      .map(record)
      .filter((resource) => resource["mode"] === "managed" && resource["type"] === type)
      .flatMap(({ name, instances }) =>
        list(instances).map((instance) => {
          return { scope: scopeOf(name), ...record(record(instance)["attributes"]) };
        }),
      )
      .map(record);
  const local = new Map(attributes("docker_image").map(({ scope, name }) => [scope, name]));
  return attributes("docker_registry_image").flatMap((pushed) => {
    const { scope, name: tag, sha256_digest: digest } = pushed;
    const name = local.get(scope);
    const [, host, repository] = /^([^/]+)\/(.+):[^:/]+$/.exec(String(tag)) ?? [];
    return typeof name === "string" && typeof digest === "string" && host && repository
      ? [{ name, host, repository, digest }]
      : [];
  });
}

/**
 * `images_web` of both `images_web_image_1A2B3C4D` and `images_web_pushed_5E6F7A8B`. In the name of an image
 * that itself ends with one of these words, cdktf leaves the word out.
 */
function scopeOf(name: unknown): string {
  const readable = String(name).replace(/_[0-9A-F]{8}$/, "");
  return readable.replace(/_(image|pushed)$/, "");
}

/** An engine that does not answer counts as complete: Terraform will report its error. */
async function isInEngine(docker: Docker, name: string): Promise<boolean> {
  try {
    await docker.getImage(name).inspect();
    return true;
  } catch (error) {
    return !isNotFound(error);
  }
}

async function isInRegistry(ecr: ECRClient, { repository, digest }: PushedImage): Promise<boolean> {
  const imageIds = [{ imageDigest: digest }];
  try {
    const { imageDetails = [] } = await ecr.send(
      new DescribeImagesCommand({ repositoryName: repository, imageIds }),
    );
    return imageDetails.length > 0;
  } catch {
    return false;
  }
}
