import {
  CreateRepositoryCommand,
  PutImageCommand,
  PutLifecyclePolicyCommand,
  paginateDescribeImages,
} from "@aws-sdk/client-ecr";
import {
  CreateClusterCommand,
  CreateServiceCommand,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { imagesInUsePhase } from "../../operations/images/images-in-use-phase";
import { createClients } from "../../operations/target/clients";
import { parsePolicy } from "../../policy/policy-text";
import { readConfig } from "../../project";
import { repositoryNames } from "../../spec/images";
import { CACHES_KEPT, PUSHED_TAG } from "../../spec/image-tags";
import { repositoryName, resourceName } from "../../spec/names";
import { type Emulator, startEmulator } from "../support/emulator";
import { environmentsWith } from "../support/environments";
import { fixture } from "../support/services";
import { synthesize } from "../support/synth";
import { targetOf } from "../support/target";
import { hasTools } from "../support/tools";
import { type PushedImage, pushedImage } from "./requests/pushed-image";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const present = hasTools("images that are kept", "python");

/** More than a repository keeps. */
const MANY = 35;

describe.skipIf(!present)("a repository of the platform", () => {
  let emulator: Emulator;
  let target: ReturnType<typeof targetOf>;
  let environment = 0;

  beforeAll(async () => {
    emulator = await startEmulator(["repositories.image_tags", "repositories.expiry"]);
  });

  afterAll(async () => {
    await emulator.stop();
  });

  /** An environment of its own for each test, with the repositories and rules that it is deployed with. */
  beforeEach(async () => {
    const env = { PLATFORM_SUFFIX: `dev${(environment += 1)}` };
    const { config } = readConfig(env, environmentsWith({}), fixture);
    const clients = createClients({
      endpoint: emulator.endpoint,
      region: "us-east-1",
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    });
    target = { ...targetOf({ config, services: fixture }), clients };
    await clients.ecs.send(new CreateClusterCommand({ clusterName: resourceName(config) }));
    const [policy] = synthesize(fixture).registry.resources("aws_ecr_lifecycle_policy");
    for (const image of repositoryNames(fixture, config)) {
      const own = { repositoryName: repositoryName(config, image) };
      const settings = { ...own, imageTagMutability: "IMMUTABLE" } as const;
      await clients.ecr.send(new CreateRepositoryCommand(settings));
      const lifecyclePolicyText = JSON.stringify(parsePolicy(String(policy?.["policy"])));
      await clients.ecr.send(new PutLifecyclePolicyCommand({ ...own, lifecyclePolicyText }));
    }
  });

  /** Pushes an image to a repository, with the tag of a build or another; its digest. */
  async function push(image: string, revision: string, tag?: string): Promise<string> {
    const pushed: PushedImage = pushedImage(target.config, image, revision);
    await target.clients.ecr.send(
      new PutImageCommand({
        repositoryName: pushed.repository,
        imageManifest: pushed.manifest,
        imageTag: tag ?? PUSHED_TAG + pushed.tag,
      }),
    );
    return pushed.digest;
  }

  async function pushMany(image: string): Promise<string[]> {
    const digests: string[] = [];
    for (let each = 1; each <= MANY; each += 1) digests.push(await push(image, `later ${each}`));
    return digests;
  }

  /** Lets the service `web` run an image, with the platform's own beside it. */
  async function run(digest: string, ready: string, isNew = false): Promise<void> {
    const { config, clients } = target;
    const container = (name: string, sha: string) => ({
      name,
      image: `registry.example/${repositoryName(config, name)}@${sha}`,
    });
    const family = resourceName(config, "web");
    const containerDefinitions = [container("web", digest), container("ready", ready)];
    const { taskDefinition } = await clients.ecs.send(
      new RegisterTaskDefinitionCommand({ family, containerDefinitions }),
    );
    const revision = taskDefinition?.taskDefinitionArn;
    const service = { cluster: resourceName(config), taskDefinition: revision, desiredCount: 0 };
    if (isNew) await clients.ecs.send(new CreateServiceCommand({ ...service, serviceName: "web" }));
    else await clients.ecs.send(new UpdateServiceCommand({ ...service, service: "web" }));
  }

  const mark = () => imagesInUsePhase(target).run(() => undefined);

  /** The digests in a repository. */
  async function stored(image: string): Promise<string[]> {
    const request = { repositoryName: repositoryName(target.config, image) };
    const digests: string[] = [];
    for await (const page of paginateDescribeImages({ client: target.clients.ecr }, request)) {
      digests.push(...(page.imageDetails ?? []).map(({ imageDigest = "" }) => imageDigest));
    }
    return digests;
  }

  /** The uses that the images of a repository are marked with, by digest. */
  async function marks(image: string): Promise<Record<string, string[]>> {
    const request = { repositoryName: repositoryName(target.config, image) };
    const found: Record<string, string[]> = {};
    for await (const page of paginateDescribeImages({ client: target.clients.ecr }, request)) {
      for (const { imageDigest = "", imageTags = [] } of page.imageDetails ?? []) {
        const uses = imageTags
          .map((tag) => tag.split("-")[0] ?? "")
          .filter((use) => use !== "build");
        if (uses.length > 0) found[imageDigest] = uses;
      }
    }
    return found;
  }

  test("keeps what runs and what ran before, and the newest of the rest", async () => {
    const [oldest, before, now] = [
      await push("web", "1"),
      await push("web", "2"),
      await push("web", "3"),
    ];
    const ready = await push("ready", "1");
    await run(oldest, ready, true);
    expect(await mark()).toBe("2 running, 2 marks changed");
    await run(before, ready);
    expect(await mark()).toBe("2 running, 3 marks changed");
    await run(now, ready);
    expect(await mark()).toBe("2 running, 4 marks changed");
    expect(await marks("web")).toEqual({ [before]: ["previous"], [now]: ["running"] });

    const later = await pushMany("web");
    await pushMany("ready");
    expect(await stored("web")).toEqual([before, now, ...later.slice(-30)]);
    expect((await stored("ready"))[0]).toBe(ready);
    expect(await mark()).toBe("2 running, all marked");
  });

  test("counts neither caches nor signatures among the images, and keeps the newest caches", async () => {
    const caches: string[] = [];
    const others: string[] = [];
    for (let each = 1; each <= MANY; each += 1) {
      caches.push(await push("web", `cache ${each}`, `cache-${each}`));
      others.push(await push("web", `signature ${each}`, `sha256-${each}.sig`));
    }
    const first = await push("web", "1");
    for (let each = 1; each <= MANY; each += 1) {
      others.push(await push("web", `attestation ${each}`, `sha256-${each}.att`));
    }
    expect(await stored("web")).toHaveLength(2 * MANY + 1 + CACHES_KEPT);
    const later = await pushMany("web");
    const kept = await stored("web");
    const newest = [...caches.slice(-CACHES_KEPT), ...later.slice(-30)];
    expect(new Set(kept)).toEqual(new Set([...others, ...newest]));
    expect(kept).not.toContain(first);
  });

  test("what has a tag of another kind goes, the oldest first, and takes nothing with it", async () => {
    const first = await push("web", "1");
    const foreign = [];
    for (let each = 1; each <= MANY; each += 1) {
      foreign.push(await push("web", `by hand ${each}`, `0123456789abcdef-${each}`));
    }
    const kept = await stored("web");
    expect(kept).toContain(first);
    expect(kept).toContain(foreign.at(-1));
    expect(kept).not.toContain(foreign[0]);
    expect(kept).toHaveLength(1 + 30);
  });

  test("of a deployment that was killed is caught up by the next one before it pushes", async () => {
    const [before, now] = [await push("web", "1"), await push("web", "2")];
    const ready = await push("ready", "1");
    await run(before, ready, true);
    await mark();
    await run(now, ready);
    // Here the deployment was killed. The next one marks, then pushes.
    await mark();
    await pushMany("web");
    expect((await stored("web")).slice(0, 2)).toEqual([before, now]);
  });

  test("keeps what runs again after a rollback", async () => {
    const [good, faulty] = [await push("web", "1"), await push("web", "2")];
    const ready = await push("ready", "1");
    await run(good, ready, true);
    await mark();
    await run(faulty, ready);
    await mark();
    await run(good, ready);
    await mark();
    expect(await marks("web")).toEqual({ [good]: ["running"], [faulty]: ["previous"] });
  });

  test("says that an image has gone that a service still runs", async () => {
    const gone = await push("web", "1");
    const ready = await push("ready", "1");
    await run(gone, ready, true);
    // Nothing marked it.
    await pushMany("web");
    expect(await stored("web")).not.toContain(gone);
    expect(await mark()).toContain(`web@${gone}, which is gone`);
  });
});
