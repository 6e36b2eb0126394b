import Docker from "dockerode";
import { expect, test, vi } from "vitest";
import { listBuiltImages, removeImage } from "../../../../operations/images/built-images";

const built = { "fargate-platform": "built-image" };

/** An engine with these images and containers, in the only fields that are read. */
function engine(images: readonly object[], containers: readonly object[] = []) {
  const docker = new Docker({ socketPath: "/nowhere/docker.sock" });
  const list = vi.spyOn(docker, "listImages").mockResolvedValue(images as Docker.ImageInfo[]);
  const users = vi
    .spyOn(docker, "listContainers")
    .mockResolvedValue(containers as Docker.ContainerInfo[]);
  return { docker, list, users };
}

test("the project's images are listed, the newest first, each with its names and all its containers", async () => {
  const { docker, list, users } = engine(
    [
      { Id: "sha256:old", Labels: built, RepoTags: ["host/web:1"], RepoDigests: null, Created: 1 },
      {
        Id: "sha256:new",
        Labels: built,
        RepoTags: ["<none>:<none>"],
        RepoDigests: ["host/web@sha256:0a"],
        Created: 2,
      },
      { Id: "sha256:emulator", Labels: { "fargate-platform": "emulator" }, Created: 3 },
      { Id: "sha256:base", Labels: { "fargate-platform": "base-image" }, Created: 4 },
    ],
    [
      { ImageID: "sha256:old", Names: ["/web-probe"] },
      { ImageID: "sha256:old", Names: [] },
      { ImageID: "sha256:other", Names: ["/other"] },
    ],
  );
  const abortSignal = new AbortController().signal;
  expect(await listBuiltImages(docker, { abortSignal })).toEqual([
    { id: "sha256:new", names: ["host/web@sha256:0a"], created: 2, users: [] },
    { id: "sha256:old", names: ["host/web:1"], created: 1, users: ["web-probe", ""] },
  ]);
  expect(list).toHaveBeenCalledWith({ filters: { label: ["fargate-platform"] }, abortSignal });
  // A stopped container uses its image too.
  expect(users).toHaveBeenCalledWith({ all: true, abortSignal });
});

/** Removes these names of an image with two, in an engine that answers so for one name. */
async function removed(unwanted: readonly string[], refused = "", statusCode = 500) {
  const { docker } = engine([]);
  const asked: string[] = [];
  vi.spyOn(docker, "getImage").mockImplementation((name) => {
    const remove = async (request: object) => {
      expect(request).toEqual({ abortSignal });
      asked.push(name);
      if (name === refused) throw Object.assign(new Error("no answer"), { statusCode });
      return Promise.resolve();
    };
    // The only method that is called on an image.
    return { remove } as unknown as Docker.Image;
  });
  const abortSignal = new AbortController().signal;
  const image = { id: "sha256:id", names: ["web:1", "web:2"], created: 0, users: [] };
  const fate = await removeImage(docker, image, unwanted, { abortSignal });
  return { fate, asked };
}

test.each([
  ["goes with its last name", ["web:1", "web:2"], "", "gone", ["web:1", "web:2", "sha256:id"]],
  ["with another name keeps it", ["web:1"], "", "named", ["web:1"]],
  ["is refused with its first name", ["web:1", "web:2"], "web:1", "refused", ["web:1"]],
  [
    "is refused itself",
    ["web:1", "web:2"],
    "sha256:id",
    "refused",
    ["web:1", "web:2", "sha256:id"],
  ],
])("an image %s", async (_, unwanted, refused, fate, asked) => {
  expect(await removed(unwanted, refused, 409)).toEqual({ fate, asked });
});

test("a name that is already gone is no obstacle, and an engine without an answer is an error", async () => {
  expect((await removed(["web:1", "web:2"], "web:1", 404)).fate).toBe("gone");
  await expect(removed(["web:1"], "web:1", 500)).rejects.toThrow("no answer");
});
