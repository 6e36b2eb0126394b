/**
 * The start of the tag that an image is pushed with. Images are counted by it: what else is in a
 * repository, such as signatures and caches, has other tags or none.
 */
export const PUSHED_TAG = "build-";

/** The start of the tag of a build's cache; that of its image follows. */
export const CACHE_TAG = "cache-";

/** How many of the newest caches stay: a build reads the last one, and a parallel one may still do so. */
export const CACHES_KEPT = 3;

/** How many of the newest pushed images a repository keeps besides those in use. */
export const IMAGES_KEPT = 30;

/** Why an image never expires: services or jobs run it, or ran it until their last change. */
export type Use = "running" | "previous";

/** Every use, the most important first. */
export const USES: readonly Use[] = ["running", "previous"];

/** The start of the tags that say so. */
export function useTagStart(use: Use): string {
  return `${use}-`;
}

/**
 * The tag that marks an image as used: `running-0123456789abcdef`. It contains the image's digest and
 * therefore never has to move, which an immutable repository would refuse.
 *
 * @param digest `sha256:…`
 */
export function useTag(use: Use, digest: string): string {
  const start = "sha256:".length;
  return useTagStart(use) + digest.slice(start, start + 16);
}

/** The start of cosign's tags: `sha256-….sig`, `sha256-….att`. */
export const COSIGN_TAG = "sha256-";

/**
 * The tag of the signature of an image, by which cosign and other tools find it.
 *
 * @param digest `sha256:…`
 * @see https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md
 */
export function signatureTag(digest: string): string {
  return `${digest.replace(":", "-")}.sig`;
}
