import path from "node:path";

/** Where the builder reads a secret: a variable of its own environment, or a file of the project. */
export type SecretPlace = { readonly variable: string } | { readonly file: string };

/** How a service's image is built. All paths are relative to the project's folder. */
export interface Build {
  /**
   * The folder that the Dockerfile copies from, in the project: "." for all of it.
   * @default the service's own, `services/<name>`
   */
  readonly context?: string;
  /**
   * The Dockerfile, also outside the context. Relative to the project's folder, not to the context.
   * `<Dockerfile>.dockerignore` beside it takes precedence over the context's `.dockerignore`.
   * @default `services/<name>/Dockerfile`
   * @see https://docs.docker.com/build/concepts/context/#filename-and-location
   */
  readonly dockerfile?: string;
  /**
   * The stage to build. @default the last one
   * @see https://docs.docker.com/build/building/multi-stage/#stop-at-a-specific-build-stage
   */
  readonly target?: string;
  /** Values of the Dockerfile's `ARG`s, part of the image's content hash. Not for secrets. */
  readonly arguments?: Readonly<Record<string, string>>;
  /**
   * Secrets for `RUN --mount=type=secret,id=NAME`, at most 500 KB each. A name alone is read from the
   * variable of that name, wherever the build runs. Their values are in no layer, state, plan or hash,
   * so a changed one does not build the image again.
   * @see https://docs.docker.com/build/building/secrets/
   */
  readonly secrets?: readonly string[] | Readonly<Record<string, SecretPlace>>;
  /**
   * Keeps the layers in the service's repository, for builders that begin empty. The engine's own builder
   * keeps those of the final stage, the one that `BUILDX_BUILDER` names those of all. No part of the hash.
   * @default false
   */
  readonly cache?: boolean;
}

/** A secret of a build, by the id that the Dockerfile mounts. */
export type BuildSecret = SecretPlace & { readonly id: string };

/** Where an image is built from. All paths but the project's are relative to the project. */
export interface BuildSource {
  /** Absolute. */
  readonly project: string;
  readonly context: string;
  readonly dockerfile: string;
  readonly target?: string;
  /** Of the build arguments. */
  readonly values: Readonly<Record<string, string>>;
  readonly secrets: readonly BuildSecret[];
  readonly cache: boolean;
  /** What the project's own commands write, and no context may contain. */
  readonly outputs: readonly string[];
  /** The files of all services' build secrets, which no context may contain either. */
  readonly secretFiles: readonly string[];
}

/** What all images of a project have in common. */
export type BuildPlace = Pick<BuildSource, "project" | "outputs" | "secretFiles">;

/** Where a service's image is built from. */
export function buildSource(service: string, build: Build = {}, place: BuildPlace): BuildSource {
  const own = path.posix.join("services", service);
  return {
    ...place,
    context: shortest(build.context ?? own),
    dockerfile: shortest(build.dockerfile ?? path.posix.join(own, "Dockerfile")),
    ...(build.target !== undefined && { target: build.target }),
    values: build.arguments ?? {},
    secrets: secretsOf(build),
    cache: build.cache ?? false,
  };
}

/** A folder that is built by itself, with the Dockerfile in it. */
export function folderSource(folder: string): BuildSource {
  const plain = { values: {}, secrets: [], cache: false, outputs: [], secretFiles: [] };
  return { project: folder, context: ".", dockerfile: "Dockerfile", ...plain };
}

/** The secrets of a build, each with its place. */
export function secretsOf({ secrets = {} }: Build): BuildSecret[] {
  // `Array.isArray` does not narrow a readonly list.
  return secrets instanceof Array
    ? secrets.map((id) => ({ id, variable: id }))
    : Object.entries(secrets).map(([id, place]) => ({ id, ...place }));
}

/** The files of the secrets of several builds. */
export function secretFilesOf(builds: readonly Build[]): string[] {
  return builds.flatMap(secretsOf).flatMap((secret) => ("file" in secret ? [secret.file] : []));
}

/** Whether a path leads from the project's folder to something in it, or to the folder itself. */
export function isInProject(given: string): boolean {
  const [first] = path.posix.normalize(given).split("/");
  return first !== "" && first !== ".." && !given.includes("\0");
}

/** `./apps//web/` → `apps/web`, so that both are the same source. */
function shortest(given: string): string {
  return path.posix.normalize(given).replace(/(?<=.)\/$/, "");
}
