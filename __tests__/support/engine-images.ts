import type Docker from "dockerode";

/** An image as an engine lists it. */
export interface ListedImage {
  readonly Id: string;
  readonly RepoTags: string[] | null;
  readonly RepoDigests?: string[];
  readonly Created?: number;
  readonly Labels?: Readonly<Record<string, string>>;
}

/**
 * An engine that holds images, and containers by name with the image that each uses. Like a real one, it
 * removes the digests of a repository with its last tag there, and the image with its last name in any
 * repository. It answers 409 for the last repository of an image that a container uses, and for the ID of
 * one with several tags or repositories.
 *
 * @see https://docs.docker.com/reference/cli/docker/image/rm
 */
export function engineWith(
  images: readonly ListedImage[],
  containers: Readonly<Record<string, string>> = {},
) {
  const held = new Map(
    images.map(({ Id, RepoTags, RepoDigests = [] }) => [
      Id,
      [...(RepoTags ?? []), ...RepoDigests].filter((name) => !name.includes("<none>")),
    ]),
  );
  const removed: string[] = [];
  const refuse = (statusCode: number) => Object.assign(new Error("refused"), { statusCode });
  const remove = (name: string) => {
    const [id, names] = [...held].find(([key, all]) => key === name || all.includes(name)) ?? [];
    if (id === undefined || names === undefined) throw refuse(404);
    const isUsed = Object.values(containers).includes(id);
    const isSingle = repositoriesOf(names).size <= 1 && names.filter(isTag).length <= 1;
    if (isSingle ? isUsed : name === id) throw refuse(409);
    removed.push(name);
    const left = name === id ? [] : namesWithout(names, name);
    if (left.length === 0) held.delete(id);
    else held.set(id, left);
  };
  const listed = () =>
    images
      .filter(({ Id }) => held.has(Id))
      .map(({ Id, Created = 0, Labels = { "fargate-platform": "built-image" } }) => {
        const names = held.get(Id) ?? [];
        const RepoDigests = names.filter((name) => !isTag(name));
        return { Id, Created, Labels, RepoTags: names.filter(isTag), RepoDigests };
      });
  // The only methods that are called on an engine.
  const docker = {
    listImages: async () => Promise.resolve(listed()),
    listContainers: async () =>
      Promise.resolve(
        Object.entries(containers).map(([name, ImageID]) => ({ Names: [`/${name}`], ImageID })),
      ),
    getImage: (name: string) => ({
      remove: async () => {
        remove(name);
        return Promise.resolve();
      },
    }),
  } as unknown as Docker;
  return { docker, removed, held };
}

function isTag(name: string): boolean {
  return !name.includes("@");
}

/** `host:port/repository` of `host:port/repository:tag` and of `host:port/repository@sha256:…`. */
function repositoryOf(name: string): string {
  return name.replace(/@.*$|:[^:/]+$/, "");
}

function repositoriesOf(names: readonly string[]): Set<string> {
  return new Set(names.map(repositoryOf));
}

function namesWithout(names: readonly string[], removed: string): string[] {
  const left = names.filter((name) => name !== removed);
  const isThere = (name: string) => repositoryOf(name) === repositoryOf(removed);
  if (!isTag(removed) || left.some((name) => isTag(name) && isThere(name))) return left;
  return left.filter((name) => !isThere(name));
}
