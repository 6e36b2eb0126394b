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

/** An image that was built or fetched for a push that has not succeeded. */
export interface UnpushedImage {
  readonly name: string;
  /** Its address in `images`. */
  readonly address: string;
}

/** The places that may hold an image. */
export interface ImageHolders {
  readonly docker: Docker;
  readonly ecr: ECRClient;
}

/** Whether the registry has all of some images; false also if it cannot be asked. */
export async function areInRegistry(
  ecr: ECRClient,
  images: readonly PushedImage[],
): Promise<boolean> {
  const found = await Promise.all(images.map((image) => isInRegistry(ecr, image)));
  return !found.includes(false);
}

/** The images that the engine does not have under their names. */
export async function missingFrom<Named extends { readonly name: string }>(
  docker: Docker,
  images: readonly Named[],
): Promise<Named[]> {
  const known = await Promise.all(images.map(({ name }) => isInEngine(docker, name)));
  return images.filter((_, index) => !known[index]);
}

/** The images in a Terraform state of `images`. */
export function imagesIn(state: unknown) {
  const places = new Map(
    resourcesIn(state, "docker_registry_image").flatMap(({ scope, attributes }) => {
      const { name: tag, sha256_digest: digest } = attributes;
      const [, host, repository] = /^([^/]+)\/(.+):[^:/]+$/.exec(String(tag)) ?? [];
      return typeof digest === "string" && host && repository
        ? [[scope, { tag, host, repository, digest }] as const]
        : [];
    }),
  );
  const pushed: PushedImage[] = [];
  const unpushed: UnpushedImage[] = [];
  for (const { scope, address, attributes } of resourcesIn(state, "docker_image")) {
    const name = String(attributes["name"]);
    const { tag, ...place } = places.get(scope) ?? {};
    // A promoted image is named by its digest in another repository. If the last push has failed, the place
    // is that of the image before.
    const isPushed = "digest" in place && (name === tag || name.endsWith(`@${place.digest}`));
    if (isPushed) pushed.push({ name, ...place });
    else unpushed.push({ name, address });
  }
  return { pushed, unpushed };
}

function resourcesIn(state: unknown, type: string) {
  return list(record(state)["resources"])
    .map(record)
    .filter((resource) => resource["mode"] === "managed" && resource["type"] === type)
    .flatMap(({ name, instances }) =>
      list(instances).map((instance) => ({
        scope: scopeOf(name),
        address: `${type}.${String(name)}`,
        attributes: record(record(instance)["attributes"]),
      })),
    );
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
