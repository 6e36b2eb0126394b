import { type Arguments, stagesOf } from "./stages";

/** An image that a stage of a Dockerfile is built from. */
export interface BaseImage {
  /** `python:3.13-slim-trixie@sha256:…`, or a name without a digest. */
  readonly reference: string;
  /** The build argument that holds it: `ARG PYTHON=…`, `FROM ${PYTHON}`. @default it is in `FROM` */
  readonly argument: string | undefined;
}

const DIGEST = /@sha256:[0-9a-f]{64}$/;

/**
 * The images that a Dockerfile is based on, except its own stages, `scratch`, and one whose name is given
 * at the build only.
 */
export function baseImages(dockerfile: string, given?: Arguments): BaseImage[] {
  return stagesOf(dockerfile, given)
    .filter(({ continued }) => !continued)
    .flatMap(({ base, argument }) =>
      !base || base === "scratch" ? [] : [{ reference: base, argument }],
    );
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
export function namedBases(dockerfile: string, given?: Arguments): Record<string, string> {
  return Object.fromEntries(
    baseImages(dockerfile, given)
      .filter(({ reference }) => isPinned(reference))
      .flatMap(({ reference, argument }) =>
        argument === undefined ? [] : [[argument, withoutDigest(reference)]],
      ),
  );
}
