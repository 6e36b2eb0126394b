import { createHash } from "node:crypto";

/** Everything that determines a build's result. Builds with the same inputs may share an image. */
export interface BuildInputs {
  /** The digest of the build context, its Dockerfile included. */
  readonly context: string;
  readonly platform: string;
  readonly buildArguments: Readonly<Record<string, string>>;
}

/**
 * Hashes a build's content: all that the builder gets of the context, the build arguments and the
 * platform. Owners and times do not count, so checkouts of the same sources with the same umask have the
 * same hash.
 *
 * A base image counts by the digest in the Dockerfile, so a new one rebuilds the image; one that is named
 * without a digest counts only by its name.
 */
export function contentHash({ context, platform, buildArguments }: BuildInputs): string {
  const inputs = [context, platform, Object.entries(buildArguments).sort()];
  return createHash("sha256").update(JSON.stringify(inputs)).digest("hex");
}
