import { Image } from "@cdktf/provider-docker/lib/image";
import { Tag } from "@cdktf/provider-docker/lib/tag";
import { DataResource, Fn, Op } from "cdktf";
import type { Construct } from "constructs";
import type { LocalImage } from "./local-image";

/** How much of a digest its tag shows. */
const DIGEST_START = "sha256:".length;
const DIGEST_SHOWN = 16;

/**
 * Takes an image that another environment runs, by its digest, instead of building it. It is probed
 * with this environment's settings and pushed to its own repository, where it must have the same
 * digest again.
 *
 * @param scope the image's scope
 * @param repository what the image's name begins with here: `host/repository`
 * @param reference what the other environment runs: `host/repository@sha256:…`
 */
export function promoteImage(scope: Construct, repository: string, reference: string): LocalImage {
  const digest = Fn.element(Fn.split("@", reference), 1) as string;
  // A tag can be pushed once, and a digest may be promoted again after another one.
  const promotion = new DataResource(scope, "promotion", { triggersReplace: { reference } });
  const shown = Fn.substr(digest, DIGEST_START, DIGEST_SHOWN);
  const tag = `${shown}-${Fn.substr(promotion.id, 0, 8)}`;
  const image = new Image(scope, "image", { name: reference, keepLocally: true });
  const tagged = new Tag(scope, "tag", {
    sourceImage: image.imageId,
    targetImage: `${repository}:${tag}`,
  });
  return { name: tagged.targetImage, imageId: image.imageId, digest };
}

/**
 * The engine may write an image's manifest anew when it pushes: one with the containerd image store
 * what one without it has pushed. That would be another image, which nobody has tried.
 */
export function sameDigest(pushed: string, digest: string) {
  return {
    condition: Op.eq(pushed, digest),
    errorMessage:
      "The engine pushed a digest that differs from the source environment's. Promote with an engine that uses the same image store as the engine that built the image.",
  };
}
