import { type StateResource, resourcesIn } from "../terraform/state-resources";

/** An image in the state of `images`, which an engine may have or lack. */
export interface StateImage {
  /** Its name in the engine, which the Docker provider looks up. */
  readonly name: string;
  /** Its ID in the engine that built or fetched it. */
  readonly id: string;
  /** What is replaced to have it again: it, and what its tag is named after, as a tag is pushed only once. */
  readonly addresses: readonly string[];
}

/** One that the registry has, by its digest. */
export interface PushedImage extends StateImage {
  readonly host: string;
  readonly repository: string;
  readonly digest: string;
}

/** The images in a Terraform state of `images`. */
export function imagesIn(state: unknown) {
  const places = resourcesIn(state, "docker_registry_image").flatMap(({ attributes }) => {
    const { name: tag, sha256_digest: digest } = attributes;
    const [, host, repository] = /^([^/]+)\/(.+):[^:/]+$/.exec(String(tag)) ?? [];
    return typeof digest === "string" && host && repository
      ? [{ tag, place: { host, repository, digest } }]
      : [];
  });
  const names = resourcesIn(state, "terraform_data");
  const tags = resourcesIn(state, "docker_tag");
  const pushed: PushedImage[] = [];
  const unpushed: StateImage[] = [];
  for (const { address, attributes } of resourcesIn(state, "docker_image")) {
    const { name, image_id: id } = attributes;
    if (typeof name !== "string" || typeof id !== "string") continue;
    // A promoted image has the name of its source, and is pushed under another.
    const pushedAs = tagOf(name, id, tags);
    const image = { name, id, addresses: [address, ...namesakes(pushedAs, names)] };
    const [, promoted] = name.split("@");
    const found = places.find(
      ({ tag, place }) => tag === pushedAs && (promoted ?? place.digest) === place.digest,
    );
    if (found) pushed.push({ ...image, ...found.place });
    else unpushed.push(image);
  }
  return { pushed, unpushed };
}

/** The name under which an image is pushed. */
function tagOf(name: string, id: string, tags: readonly StateResource[]): unknown {
  if (!name.includes("@")) return name;
  const service = serviceOf(name);
  return tags
    .map(({ attributes }) => attributes)
    .filter(({ source_image: source }) => source === id)
    .map(({ target_image: target }) => target)
    .find((target) => serviceOf(String(target)) === service);
}

/** The last part of a repository's name, which a service's repositories in all environments share. */
function serviceOf(name: string): string | undefined {
  return /([^/:@]+)(?:@sha256:[^:]+|:[^:]+)$/.exec(name)?.[1];
}

/** The addresses of the data whose ID a tag ends with. */
function namesakes(tag: unknown, data: readonly StateResource[]): string[] {
  const [, start] = /-([0-9a-f]{8})$/.exec(String(tag)) ?? [];
  return data
    .filter(({ attributes }) => start && String(attributes["id"]).startsWith(start))
    .map(({ address }) => address);
}
