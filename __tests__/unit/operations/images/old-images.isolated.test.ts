import { expect, test, vi } from "vitest";
import {
  allImagesPhase,
  oldImagesPhase,
  removeImages,
} from "../../../../operations/images/old-images";
import { readTarget } from "../../../../operations/target/target";
import { readState } from "../../../../operations/terraform/terraform-stack";
import { KEPT_IMAGES } from "../../../../spec/limits";
import { fixture } from "../../../support/services";
import { type ListedImage, engineWith } from "../../../support/engine-images";

vi.mock("../../../../operations/terraform/terraform-stack", async (importOriginal) => ({
  ...(await importOriginal<object>()),
  readState: vi.fn(),
}));

const HOST = "123456789012.dkr.ecr.us-east-1.amazonaws.com";
const name = (service: string, tag: string, suffix = "dev") =>
  `${HOST}/platform-${suffix}/${service}:${tag}`;

/** `web:1` to `web:6`, the last the newest. */
const builds = [1, 2, 3, 4, 5, 6].map((build): ListedImage => {
  return { Id: `sha256:${build}`, RepoTags: [name("web", String(build))], Created: build };
});

/** A state of `images` in which one image is pushed. */
const stateOf = (image: string) => ({
  resources: [
    { type: "docker_image", name: "images_web_image_0A1B2C3D", attributes: { name: image } },
    {
      type: "docker_registry_image",
      name: "images_web_pushed_0A1B2C3D",
      attributes: { name: image, sha256_digest: "sha256:pushed" },
    },
  ].map(({ attributes, ...resource }) => {
    return { mode: "managed", ...resource, instances: [{ attributes }] };
  }),
});

async function cleanUp({ docker }: ReturnType<typeof engineWith>, state: unknown) {
  vi.mocked(readState).mockResolvedValue(state);
  const target = { ...readTarget(new AbortController().signal), services: fixture, docker };
  return await oldImagesPhase(target).run(() => undefined);
}

test("the newest images of a service stay after a deployment, and older ones go", async () => {
  const engine = engineWith(builds);
  expect(await cleanUp(engine, stateOf(name("web", "6")))).toBe("3 removed");
  expect(engine.removed).toEqual([3, 2, 1].map((build) => name("web", String(build))));
  expect(engine.held.size).toBe(KEPT_IMAGES);
});

test("an image that the state names or a container uses stays, however old", async () => {
  const [oldest, second, ...newer] = builds;
  const used = { ...second, Id: "sha256:2", RepoTags: [name("web", "2"), name("web", "again")] };
  const images = [...(oldest ? [oldest] : []), used, ...newer];
  const engine = engineWith(images, { "platform-web-probe-use1-dev": "sha256:2" });
  expect(await cleanUp(engine, stateOf(name("web", "1")))).toBe("1 removed");
  expect(engine.removed).toEqual([name("web", "3")]);
});

test("images of other environments, other registries and other owners stay", async () => {
  const others = [
    { Id: "sha256:a", RepoTags: [name("web", "1", "prod")] },
    { Id: "sha256:b", RepoTags: ["127.0.0.1:4566/platform-dev/web:1"] },
    {
      Id: "sha256:c",
      RepoTags: ["fargate-platform/emulator:1"],
      Labels: { "fargate-platform": "emulator" },
    },
    { Id: "sha256:d", RepoTags: [], Labels: { "fargate-platform": "emulator" } },
    { Id: "sha256:e", RepoTags: [], Labels: { "fargate-platform": "base-image" } },
  ];
  const engine = engineWith([...builds, ...others]);
  await cleanUp(engine, stateOf(name("web", "6")));
  expect([...engine.held.keys()]).toEqual(expect.arrayContaining(others.map(({ Id }) => Id)));
});

test("an image that two environments share loses only the name of this one", async () => {
  const [oldest = { Id: "", RepoTags: [] }, ...newer] = builds;
  const RepoTags = [...(oldest.RepoTags ?? []), name("web", "1", "prod")];
  const promoted = `${HOST}/platform-dev/web@sha256:0a1b`;
  const engine = engineWith([{ ...oldest, RepoTags, RepoDigests: [promoted] }, ...newer]);
  await cleanUp(engine, stateOf(name("web", "6")));
  expect(engine.removed).toContain(name("web", "1"));
  // prod may have promoted it, and its state names it by its digest here.
  expect(engine.held.get("sha256:1")).toEqual([name("web", "1", "prod"), promoted]);
});

test("a service that left the catalogue leaves no image, and an image without a name goes", async () => {
  const engine = engineWith([
    { Id: "sha256:gone", RepoTags: [name("gone", "1")] },
    { Id: "sha256:pulled", RepoTags: [], RepoDigests: [`${HOST}/platform-dev/gone@sha256:0a1b`] },
    { Id: "sha256:nameless", RepoTags: null },
    { Id: "sha256:none", RepoTags: ["<none>:<none>"] },
  ]);
  await cleanUp(engine, stateOf(name("web", "6")));
  expect(engine.removed).toEqual([
    name("gone", "1"),
    `${HOST}/platform-dev/gone@sha256:0a1b`,
    "sha256:nameless",
    "sha256:none",
  ]);
});

test("a destroyed environment leaves no image in the engine", async () => {
  const { docker, held } = engineWith(builds);
  const target = { ...readTarget(new AbortController().signal), docker };
  await allImagesPhase(target, [HOST]).run(() => undefined);
  expect(held.size).toBe(0);
});

test("an image that the engine will not remove is counted, and the deployment succeeds", async () => {
  const engine = engineWith(builds);
  vi.spyOn(engine.docker, "getImage").mockImplementation(() => {
    const refused = Object.assign(new Error("in use"), { statusCode: 409 });
    return { remove: () => Promise.reject(refused) } as never;
  });
  expect(await cleanUp(engine, stateOf(name("web", "6")))).toBe(
    "0 removed, 3 could not be removed",
  );
});

test("an engine that does not answer fails no deployment", async () => {
  const engine = engineWith(builds);
  vi.spyOn(engine.docker, "listImages").mockRejectedValue(new Error("no answer"));
  expect(await cleanUp(engine, stateOf(name("web", "6")))).toBe(
    "old ones are left for the next time: Error: no answer",
  );
});

test("with no state, no repository is known and no named image goes", async () => {
  const { docker, removed } = engineWith(builds);
  const { config } = readTarget(new AbortController().signal);
  await removeImages({ docker, config }, { hosts: [], kept: () => 0, state: undefined });
  expect(removed).toEqual([]);
});
