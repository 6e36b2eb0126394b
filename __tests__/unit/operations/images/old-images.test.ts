import { afterEach, describe, expect, test, vi } from "vitest";
import {
  allImagesPhase,
  oldImagesPhase,
  removeImages,
} from "../../../../operations/images/old-images";
import { managed } from "../../../support/images-state";
import { readTarget } from "../../../../operations/target/target";
import * as stacks from "../../../../operations/terraform/terraform-stack";
import { CLEAN_UP_SECONDS, KEPT_IMAGES } from "../../../../spec/limits";
import type { Config } from "../../../../spec/config";
import { fixture } from "../../../support/services";
import { type ListedImage, engineWith } from "../../../support/engine-images";

const HOST = "123456789012.dkr.ecr.us-east-1.amazonaws.com";
const name = (service: string, tag: string, suffix = "dev") =>
  `${HOST}/platform-${suffix}/${service}:${tag}`;

const digest = (service: string, suffix: string, build = "0a1b") =>
  `${HOST}/platform-${suffix}/${service}@sha256:${build}`;

/** `web:1` to `web:6`, the last the newest. */
const builds = [1, 2, 3, 4, 5, 6].map((build): ListedImage => {
  return { Id: `sha256:${build}`, RepoTags: [name("web", String(build))], Created: build };
});

/** A state of `images` in which one image is pushed; one with a digest is promoted. */
function stateOf(image: string) {
  const pushedAs = image.includes("@") ? name("web", "promoted", "prod") : image;
  const id = "sha256:id";
  return {
    resources: [
      managed("docker_image", "images_web_image_0A1B2C3D", { name: image, image_id: id }),
      managed("docker_tag", "images_web_tag_0A1B2C3D", {
        source_image: id,
        target_image: pushedAs,
      }),
      managed("docker_registry_image", "images_web_pushed_0A1B2C3D", {
        name: pushedAs,
        sha256_digest: image.split("@")[1] ?? "sha256:pushed",
      }),
    ],
  };
}

async function cleanUp(
  { docker }: ReturnType<typeof engineWith>,
  state: unknown,
  { signal = new AbortController().signal, ...settings }: Partial<Config & Interruption> = {},
) {
  vi.spyOn(stacks, "readState").mockResolvedValue(state);
  const target = readTarget(signal);
  const config = { ...target.config, ...settings };
  const cleaned = { ...target, config, services: fixture, docker };
  const report = () => undefined;
  const { title, run } = oldImagesPhase(cleaned);
  expect(title).toBe("Images in the engine");
  const outcome = await run(report);
  expect(stacks.readState).toHaveBeenCalledWith("images", { ...cleaned, report });
  return outcome;
}

interface Interruption {
  readonly signal: AbortSignal;
}

test("the newest images of a service stay after a deployment, and older ones go", async () => {
  const engine = engineWith(builds);
  expect(await cleanUp(engine, stateOf(name("web", "6")))).toBe("3 removed");
  expect(engine.removed).toEqual([3, 2, 1].map((build) => name("web", String(build))));
  expect(engine.held.size).toBe(KEPT_IMAGES);
});

test("each service keeps as many, however many images the registry has in the state", async () => {
  const engine = engineWith(builds);
  const { resources } = stateOf(name("web", "6"));
  expect(await cleanUp(engine, { resources: [...resources, ...resources] })).toBe("3 removed");
});

test("a service's images do not count against another's", async () => {
  const orders = [7, 8, 9].map((build): ListedImage => {
    return { Id: `sha256:${build}`, RepoTags: [name("orders", String(build))], Created: build };
  });
  const engine = engineWith([...builds, ...orders]);
  expect(await cleanUp(engine, stateOf(name("web", "6")))).toBe("3 removed");
  expect(engine.removed).toEqual([3, 2, 1].map((build) => name("web", String(build))));
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

test("an image that two environments share loses only the names of this one, and is not counted as removed", async () => {
  const [oldest = { Id: "", RepoTags: [] }, ...newer] = builds;
  const RepoTags = [...(oldest.RepoTags ?? []), name("web", "1", "prod")];
  const RepoDigests = [digest("web", "dev"), digest("web", "prod")];
  const engine = engineWith([{ ...oldest, RepoTags, RepoDigests }, ...newer]);
  expect(await cleanUp(engine, stateOf(name("web", "6")))).toBe(
    "2 removed, 1 kept under other names",
  );
  expect(engine.held.get("sha256:1")).toEqual([name("web", "1", "prod"), digest("web", "prod")]);
  expect(await cleanUp(engine, stateOf(name("web", "6")))).toBe("none is old");
});

describe("in an environment that promotes", () => {
  const PROMOTING = { suffix: "prod", promoteFrom: { environment: "dev" } };
  const promoted = [1, 2, 3, 4, 5].map((build): ListedImage => {
    const RepoDigests = ["prod", "dev"].map((suffix) => digest("web", suffix, String(build)));
    return {
      Id: `sha256:${build}`,
      RepoTags: [name("web", String(build), "prod")],
      RepoDigests,
      Created: build,
    };
  });

  test("old images go with their digests in the source's repository", async () => {
    const engine = engineWith(promoted);
    expect(await cleanUp(engine, stateOf(digest("web", "dev", "5")), PROMOTING)).toBe("2 removed");
    expect([...engine.held.keys()]).toEqual(["sha256:3", "sha256:4", "sha256:5"]);
  });

  test("an old image that only has its digest left there goes, and the deployed one stays", async () => {
    const untagged = promoted.map(({ RepoDigests = [], ...image }) => {
      return { ...image, RepoTags: [], RepoDigests: RepoDigests.slice(1) };
    });
    const engine = engineWith(untagged);
    expect(await cleanUp(engine, stateOf(digest("web", "dev", "1")), PROMOTING)).toBe("1 removed");
    expect([...engine.held.keys()]).toEqual(["sha256:1", "sha256:3", "sha256:4", "sha256:5"]);
  });

  test("an image that the source still has by a tag is left to it", async () => {
    const both = promoted.map(({ RepoTags, ...image }, build) => {
      return { ...image, RepoTags: [...(RepoTags ?? []), name("web", String(build))] };
    });
    const engine = engineWith(both);
    const deployed = stateOf(digest("web", "dev", "5"));
    expect(await cleanUp(engine, deployed, PROMOTING)).toBe("0 removed, 2 kept under other names");
    expect(engine.held.get("sha256:1")).toEqual([name("web", "0"), digest("web", "dev", "1")]);
    // The source's own clean-up takes its tags, and the digests with them.
    expect(await cleanUp(engine, stateOf(name("web", "4")))).toBe("2 removed");
  });

  test("a source in another account is found in that account's registry", async () => {
    const there = (build: string) =>
      digest("web", "dev", build).replace("123456789012", "210987654321");
    const images = ["1", "2", "3", "4"].map((build): ListedImage => {
      return { Id: `sha256:${build}`, RepoTags: [], RepoDigests: [there(build)], Created: +build };
    });
    const engine = engineWith(images);
    const promoteFrom = { environment: "dev", account: "210987654321" };
    const settings = { ...PROMOTING, promoteFrom, region: "us-east-1" };
    const deployed = stateOf(name("web", "4", "prod"));
    expect(await cleanUp(engine, deployed, settings)).toBe("1 removed");
    expect(engine.removed).toEqual([there("1")]);
  });
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
    "old ones are left for the next deployment: Error: no answer",
  );
});

describe("an engine that hangs", () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  test("ends the clean-up after its limit, and fails no deployment", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const engine = engineWith(builds);
    vi.spyOn(engine.docker, "listImages").mockReturnValue(new Promise(() => undefined));
    const outcome = cleanUp(engine, stateOf(name("web", "6")));
    await vi.advanceTimersByTimeAsync(CLEAN_UP_SECONDS * 1000);
    expect(await outcome).toBe(
      "old ones are left for the next deployment: Error: the engine did not finish within 60 s",
    );
    expect(vi.getTimerCount()).toBe(0);
  });

  test("ends with the deployment that is interrupted", async () => {
    const interruption = new AbortController();
    const engine = engineWith(builds);
    vi.spyOn(engine.docker, "listImages").mockReturnValue(new Promise(() => undefined));
    const outcome = cleanUp(engine, stateOf(name("web", "6")), { signal: interruption.signal });
    setImmediate(() => {
      interruption.abort(new Error("Ctrl-C"));
    });
    await expect(outcome).rejects.toThrow("Ctrl-C");
  });
});

test("no other image is removed after an interruption", async () => {
  const interruption = new AbortController();
  const engine = engineWith(builds);
  const getImage = engine.docker.getImage.bind(engine.docker);
  vi.spyOn(engine.docker, "getImage").mockImplementation((id) => {
    interruption.abort(new Error("Ctrl-C"));
    return getImage(id);
  });
  await expect(
    cleanUp(engine, stateOf(name("web", "6")), { signal: interruption.signal }),
  ).rejects.toThrow("Ctrl-C");
  await new Promise(setImmediate);
  expect(engine.removed).toHaveLength(1);
});

test("with no state, no repository is known and no named image goes", async () => {
  const { docker, removed } = engineWith(builds);
  const target = readTarget(new AbortController().signal);
  await removeImages({ ...target, docker }, { hosts: [], kept: () => 0, state: undefined });
  expect(removed).toEqual([]);
});
