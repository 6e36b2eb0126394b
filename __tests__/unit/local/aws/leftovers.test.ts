import type Docker from "dockerode";
import { expect, test } from "vitest";
import { probedSuffixes } from "../../../../local/aws/leftovers";
import { DOCKER_LABEL } from "../../../../spec/names";

const images = [
  { Id: "web", RepoTags: ["127.0.0.1:4566/platform-dev/web:build-1"] },
  {
    Id: "ready",
    RepoTags: [
      "127.0.0.1:4566/platform-dev/ready:build-1",
      "127.0.0.1:4600/platform-pr-7/ready:build-1",
    ],
  },
  { Id: "base", RepoTags: null },
];
const probe = (ImageID: string, suffix: string) => ({
  ImageID,
  Labels: { [DOCKER_LABEL]: suffix },
});
const containers = [
  probe("web", "dev"),
  probe("ready", "dev"),
  probe("ready", "pr-7"),
  probe("base", "dev"),
  probe("gone", "dev"),
];
const docker = {
  listImages: () => Promise.resolve(images),
  listContainers: () => Promise.resolve(containers),
} as unknown as Docker;

test("a local AWS has the probes of its own environments, though others have built the same image", async () => {
  expect(await probedSuffixes(docker, 4566)).toEqual(["dev", "dev"]);
  expect(await probedSuffixes(docker, 4600)).toEqual(["pr-7"]);
  expect(await probedSuffixes(docker, 4700)).toEqual([]);
});
