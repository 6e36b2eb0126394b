import { Image } from "@cdktf/provider-docker/lib/image";
import { Tag } from "@cdktf/provider-docker/lib/tag";
import { DataResource, Fn, Op } from "cdktf";
import type { Construct } from "constructs";
import { PUSHED_TAG } from "../../spec/image-tags";
import type { LocalImage } from "./local-image";

/** The part of a digest that its tag contains. */
const DIGEST_START = "sha256:".length;
const DIGEST_SHOWN = 16;

/**
 * Takes an image from another environment, by its digest, instead of building it. It is probed with
 * this environment's settings and pushed to this environment's repository, where it must have the same
 * digest.
 *
 * @param scope the image's scope
 * @param repository the start of the image's name here: `host/repository`
 * @param reference the image in the other environment: `host/repository@sha256:…`
 */
export function promoteImage(scope: Construct, repository: string, reference: string): LocalImage {
  const digest = Fn.element(Fn.split("@", reference), 1) as string;
  // A tag can be pushed only once, but a digest may be promoted again later.
  const promotion = new DataResource(scope, "promotion", { triggersReplace: { reference } });
  const shown = Fn.substr(digest, DIGEST_START, DIGEST_SHOWN);
  const tag = `${PUSHED_TAG}${shown}-${Fn.substr(promotion.id, 0, 8)}`;
  const image = new Image(scope, "image", { name: reference, keepLocally: true });
  const tagged = new Tag(scope, "tag", {
    sourceImage: image.imageId,
    targetImage: `${repository}:${tag}`,
  });
  return { name: tagged.targetImage, imageId: image.imageId, digest };
}

/**
 * An engine may rewrite an image's manifest when it pushes, for example if only one of the two engines
 * uses the containerd image store. The result would be a different, untested image.
 */
export function sameDigest(pushed: string, digest: string) {
  return {
    condition: Op.eq(pushed, digest),
    errorMessage:
      "The engine pushed a digest that differs from the source environment's. Promote with an engine that uses the same image store as the engine that built the image.",
  };
}
