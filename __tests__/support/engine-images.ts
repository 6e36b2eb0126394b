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
 * An engine that holds images, and containers by name with the image that each uses. Like a real one,
 * it forgets an image with its last tag, and answers 409 for the last tag of one that a container uses
 * and for the ID of one with several tags.
 */
export function engineWith(
  images: readonly ListedImage[],
  containers: Readonly<Record<string, string>> = {},
) {
  const held = new Map(
    images.map(({ Id, RepoTags, RepoDigests = [] }) => [Id, [...(RepoTags ?? []), ...RepoDigests]]),
  );
  const removed: string[] = [];
  const refuse = (statusCode: number) => Object.assign(new Error("refused"), { statusCode });
  const remove = (name: string) => {
    const [id, names] = [...held].find(([key, all]) => key === name || all.includes(name)) ?? [];
    if (id === undefined || names === undefined) throw refuse(404);
    const tags = names.filter((each) => !each.includes("@"));
    if (name === id && tags.length > 1) throw refuse(409);
    const left = name === id ? [] : tags.filter((tag) => tag !== name);
    if (left.length === 0 && Object.values(containers).includes(id)) throw refuse(409);
    removed.push(name);
    if (left.length === 0) held.delete(id);
    else
      held.set(
        id,
        names.filter((each) => each !== name),
      );
  };
  const listed = () =>
    images
      .filter(({ Id }) => held.has(Id))
      .map(({ Id, Created = 0, Labels = { "fargate-platform": "built-image" } }) => {
        const names = held.get(Id) ?? [];
        const RepoTags = names.filter((name) => !name.includes("@"));
        return {
          Id,
          Created,
          Labels,
          RepoTags,
          RepoDigests: names.filter((name) => name.includes("@")),
        };
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
