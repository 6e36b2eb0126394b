import { expect, test } from "vitest";
import { removeRegistryImages, unusedRegistryImages } from "../../../../local/aws/registry-images";
import { engineWith } from "../../../support/engine-images";

const local = (tag: string, port = 4566) => `127.0.0.1:${port}/platform-local/web:${tag}`;
const DIGEST = "127.0.0.1:4566/platform-local/web@sha256:0a1b";

const IMAGES = [
  { Id: "sha256:built", RepoTags: [local("1")], RepoDigests: [DIGEST] },
  { Id: "sha256:old", RepoTags: [local("0")], Labels: { "fargate-platform": "local" } },
  { Id: "sha256:used", RepoTags: [local("2"), local("2-again")] },
  { Id: "sha256:other-port", RepoTags: [local("1", 4577)] },
  { Id: "sha256:of-aws", RepoTags: ["1.dkr.ecr.us-east-1.amazonaws.com/platform-dev/web:1"] },
  { Id: "sha256:nameless", RepoTags: [] },
  {
    Id: "sha256:emulator",
    RepoTags: ["fargate-platform/emulator:1"],
    Labels: { "fargate-platform": "emulator" },
  },
];

test("the images of one local AWS's registry go with it, and those without a name", async () => {
  const { docker, held } = engineWith(IMAGES, { experiment: "sha256:used" });
  expect(await removeRegistryImages(docker, 4566)).toEqual({
    count: 3,
    kept: [`image ${local("2")}, which the container experiment uses`],
  });
  expect(held.get("sha256:used")).toHaveLength(2);
  expect([...held.keys()]).toEqual([
    "sha256:used",
    "sha256:other-port",
    "sha256:of-aws",
    "sha256:emulator",
  ]);
});

test("an image that a person tagged keeps that name, and is not counted as removed", async () => {
  const RepoTags = [local("1"), "mine:1"];
  const { docker, held } = engineWith([{ Id: "sha256:built", RepoTags }]);
  expect(await removeRegistryImages(docker, 4566)).toEqual({ count: 0, kept: [] });
  expect(held.get("sha256:built")).toEqual(["mine:1"]);
});

test("an image that the tasks of another local AWS use stays under its name there alone", async () => {
  const RepoTags = [local("1"), local("1", 4577)];
  const image = { Id: "sha256:shared", RepoTags, RepoDigests: [DIGEST] };
  const { docker, held } = engineWith([image], { task: "sha256:shared" });
  expect(await removeRegistryImages(docker, 4566)).toEqual({ count: 0, kept: [] });
  expect(held.get("sha256:shared")).toEqual([local("1", 4577)]);
});

test("an image that nothing uses and that stayed is named as left", async () => {
  const { docker } = engineWith(IMAGES, { experiment: "sha256:used" });
  expect(await unusedRegistryImages(docker, 4566)).toEqual([
    `image ${local("1")}`,
    `image ${local("0")}`,
  ]);
});
