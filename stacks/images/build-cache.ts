import { DataAwsEcrRepository } from "@cdktf/provider-aws/lib/data-aws-ecr-repository";
import { type DataResource, Fn, TerraformLocal } from "cdktf";
import type { Construct } from "constructs";
import { CACHE_TAG } from "../../spec/image-tags";

/** The builder in the engine itself, which may only write the final stage's layers, into the image. */
export const ENGINES_OWN = "default";

/** A repository may already have the tag, refuse the login or not answer: the image is built all the same. */
const ALL_STAGES = "mode=max,image-manifest=true,oci-mediatypes=true,ignore-error=true";

export interface BuildCacheProps {
  /** The repository's name, and the start of its images' names: `host/repository`. */
  readonly repository: string;
  readonly address: string;
  /** The new image's. */
  readonly tag: string;
  /** The builder that `BUILDX_BUILDER` names. @default the engine's own */
  readonly builder: string | undefined;
  /** What is replaced when the image is built. */
  readonly build: DataResource;
}

/**
 * The cache of a build, in its own repository, so that an empty builder continues from the image that was
 * pushed last. Terraform looks for that when it builds, so that no plan depends on it. BuildKit goes on
 * without a cache that is missing or that it may not read.
 *
 * @see https://docs.docker.com/build/cache/backends/
 */
export function buildCache(scope: Construct, props: BuildCacheProps) {
  const { repository, address, tag, builder, build } = props;
  const last = new DataAwsEcrRepository(scope, "last", { name: repository, dependsOn: [build] });
  // A function of cdktf takes no text that contains a reference, only a reference.
  const host = new TerraformLocal(scope, "address", address).asString;
  const from = (start: string): unknown =>
    Fn.formatlist(`type=registry,ref=%s:${start}%s`, [host, last.mostRecentImageTags]);
  return {
    builder: builder ?? ENGINES_OWN,
    // The last push is a cache, whose image has failed its probe, or an image, which may have a cache.
    cache_from: Fn.concat([from(""), from(CACHE_TAG)]) as unknown,
    cache_to: [
      builder === undefined
        ? "type=inline"
        : `type=registry,ref=${address}:${CACHE_TAG}${tag},${ALL_STAGES}`,
    ],
  };
}
