import type { Use } from "../../spec/image-tags";

/** The images of a repository by use: their digests, `sha256:…`. */
export type UsedImages = Readonly<Record<Use, ReadonlySet<string>>>;

/** An image, and the use that is or was its own. */
export interface Mark {
  readonly use: Use;
  readonly digest: string;
}

/** The marks to add and then, once all are there, those to remove. */
export interface UseChanges {
  readonly added: readonly Mark[];
  readonly removed: readonly Mark[];
}

/**
 * Compares the marks of a repository with what runs. Images that ran until now become the previous ones
 * and take the place of those before. While no image has stopped running, the previous ones stay: an
 * unchanged deployment, or a rollout that is not over.
 */
export function useChanges(marked: UsedImages, inUse: ReadonlySet<string>): UseChanges {
  const stopped = [...marked.running].filter((digest) => !inUse.has(digest));
  const outdated = [...marked.previous].filter((digest) => !stopped.includes(digest));
  return {
    added: [
      ...marks(
        "running",
        [...inUse].filter((digest) => !marked.running.has(digest)),
      ),
      ...marks(
        "previous",
        stopped.filter((digest) => !marked.previous.has(digest)),
      ),
    ],
    removed: [
      ...marks("running", stopped),
      ...marks("previous", stopped.length > 0 ? outdated : []),
    ],
  };
}

function marks(use: Use, digests: readonly string[]): Mark[] {
  return digests.map((digest) => ({ use, digest }));
}
