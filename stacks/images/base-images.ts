/** An image that a stage of a Dockerfile is built from. */
export interface BaseImage {
  /** `python:3.13-slim-trixie@sha256:…`, or a name without a digest. */
  readonly reference: string;
  /** The build argument that holds it: `ARG PYTHON=…`, `FROM ${PYTHON}`. @default it is in `FROM` */
  readonly argument: string | undefined;
}

const STAGE = /^FROM\s+(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?/gim;
const ARGUMENT = /^ARG\s+(\w+)=(\S+)/gim;
const DIGEST = /@sha256:[0-9a-f]{64}$/;

/**
 * The images that a Dockerfile is based on, except its own stages, `scratch`, and one whose name is given
 * at the build only.
 *
 * @see https://docs.docker.com/reference/dockerfile/#understand-how-arg-and-from-interact
 */
export function baseImages(dockerfile: string): BaseImage[] {
  const [head = ""] = dockerfile.split(/^FROM\s/im);
  const defaults = new Map([...head.matchAll(ARGUMENT)].map(([, name, value]) => [name, value]));
  const stages = [...dockerfile.matchAll(STAGE)];
  const own = new Set(["scratch", ...stages.map(([, , name]) => name)]);
  return stages
    .filter(([, image]) => !own.has(image))
    .flatMap(([, image = ""]) => {
      const [, argument] = /^\$\{?(\w+)\}?$/.exec(image) ?? [];
      const reference = argument === undefined ? image : defaults.get(argument);
      return reference === undefined ? [] : [{ reference, argument }];
    });
}

/** Whether a name says which image it is, and not only which one somebody pushed last. */
export function isPinned(reference: string): boolean {
  return DIGEST.test(reference);
}

/** `python:3.13-slim-trixie`, the name that an image on this machine can have. */
export function withoutDigest(reference: string): string {
  return reference.replace(DIGEST, "");
}

/**
 * Build arguments that take the base images by their names instead of their digests: `up` has given each
 * image its name. Where no registry can be reached, that is an image built on this machine, which cannot
 * have the published digest.
 */
export function namedBases(dockerfile: string): Record<string, string> {
  return Object.fromEntries(
    baseImages(dockerfile)
      .filter(({ reference }) => isPinned(reference))
      .flatMap(({ reference, argument }) =>
        argument === undefined ? [] : [[argument, withoutDigest(reference)]],
      ),
  );
}
