import type Docker from "dockerode";
import { expect, test } from "vitest";
import { describeCachedImages } from "../../../../local/machine/cached-images";

/** An engine with images of 1 GB, and with the local AWS's own. */
function engine(bases: readonly string[], own: readonly string[]): Docker {
  const listed = own.map((tag) => ({ Id: tag, RepoTags: [tag, "mine:1"], Size: 5e8 }));
  // The only methods that are called on an engine.
  return {
    listImages: ({ filters }: { filters: { label: string[] } }) =>
      Promise.resolve(filters.label.includes("fargate-platform=emulator") ? listed : []),
    getImage: (name: string) => ({
      inspect: () =>
        bases.includes(name)
          ? Promise.resolve({ Id: name, Size: 1e9 })
          : Promise.reject(Object.assign(new Error("no such image"), { statusCode: 404 })),
    }),
  } as unknown as Docker;
}

test("the images kept for the next up are counted, with the command that removes them", async () => {
  const docker = engine(["node:22-slim", "python:3.13-slim"], ["fargate-platform/emulator:1"]);
  const wanted = ["node:22-slim", "python:3.13-slim", "node:22-slim", "postgres:17-alpine"];
  expect(await describeCachedImages(docker, wanted)).toEqual([
    "3 images stay in the engine for the next up (at most 2.5 GB): base images and the local AWS's own.",
    "→ To remove them too: docker image rm node:22-slim python:3.13-slim fargate-platform/emulator:1",
  ]);
});

test("stages without a name are named by their ID, and a person's own images are not listed", async () => {
  const listed = [
    { Id: "sha256:0123456789abcdef", RepoTags: ["<none>:<none>"], Size: 1e9 },
    { Id: "sha256:mine", RepoTags: ["mine:1"], Size: 1e9 },
  ];
  // The only method that is called on an engine.
  const docker = { listImages: () => Promise.resolve(listed) } as unknown as Docker;
  expect(await describeCachedImages(docker, [])).toEqual([
    expect.stringMatching(/^1 image stays in the engine for the next up \(at most 1.0 GB\)/),
    "→ To remove them too: docker image rm 0123456789ab",
  ]);
});

test("an engine without them needs no word", async () => {
  expect(await describeCachedImages(engine([], []), ["node:22-slim"])).toEqual([]);
});
