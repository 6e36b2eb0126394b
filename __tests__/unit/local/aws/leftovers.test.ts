import type Docker from "dockerode";
import { expect, test, vi } from "vitest";
import { probedSuffixes, removeAll } from "../../../../local/aws/leftovers";
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

/** An engine that holds objects of the local AWS, and refuses to remove what is in use. */
class Engine {
  readonly containers = new Set(["local-aws", "task"]);
  readonly networks = new Set(["network"]);
  readonly volumes = new Set(["volume"]);
  readonly removed: string[] = [];
  /** Runs once the container of that name is gone. */
  afterwards: Readonly<Record<string, () => void>> = {};
  /** Runs after the first look that finds nothing. */
  afterFirstEmptyLook: (() => void) | undefined;
  isNetworkUsed = false;

  readonly docker = {
    listContainers: ({ filters }: { filters: { label: string[] } }) => {
      const own = filters.label.some((label) => label === `${DOCKER_LABEL}=local-aws`);
      const found = [...this.containers].filter((name) => !own || name === "local-aws");
      return Promise.resolve(found.map((Id) => ({ Id })));
    },
    listNetworks: () => {
      const found = [...this.networks].map((Id) => ({ Id }));
      if (found.length + this.containers.size === 0) {
        this.afterFirstEmptyLook?.();
        this.afterFirstEmptyLook = undefined;
      }
      return Promise.resolve(found);
    },
    listVolumes: () => Promise.resolve({ Volumes: [...this.volumes].map((Name) => ({ Name })) }),
    getContainer: (name: string) => this.holding(this.containers, name),
    getNetwork: (name: string) => this.holding(this.networks, name, 403),
    getVolume: (name: string) => this.holding(this.volumes, name, 409),
  } as unknown as Docker;

  private holding(objects: Set<string>, name: string, inUse?: number) {
    const remove = () => {
      const isUsed = this.containers.size > 0 || (inUse === 403 && this.isNetworkUsed);
      if (inUse !== undefined && isUsed) {
        return Promise.reject(Object.assign(new Error("in use"), { statusCode: inUse }));
      }
      if (objects.delete(name)) this.removed.push(name);
      this.afterwards[name]?.();
      return Promise.resolve();
    };
    return { remove };
  }
}

test("a task that was being started when the local AWS ended goes too, and what it held", async () => {
  const engine = new Engine();
  engine.afterwards = { task: () => engine.containers.add("late") };
  await removeAll(engine.docker, 4566);
  expect(engine.removed.slice(2).sort()).toEqual(["late", "network", "volume"]);
});

test("a task that appears once nothing is left to see is found by a second look", async () => {
  const engine = new Engine();
  engine.afterFirstEmptyLook = () => engine.containers.add("late");
  await removeAll(engine.docker, 4566);
  expect(engine.removed.at(-1)).toBe("late");
});

test("a network that somebody else's container uses stays, and is not waited for", async () => {
  const engine = new Engine();
  engine.isNetworkUsed = true;
  await removeAll(engine.docker, 4566);
  expect([...engine.networks]).toEqual(["network"]);
  expect(engine.removed).toEqual(["local-aws", "task", "volume"]);
});

test("an engine that hangs is given up after a minute; what is left is for the caller to list", async () => {
  const limit = new AbortController();
  vi.spyOn(AbortSignal, "timeout").mockImplementation((milliseconds) => {
    expect(milliseconds).toBe(60_000);
    return limit.signal;
  });
  const engine = new Engine();
  engine.afterwards = {
    task: () => {
      limit.abort();
      throw new Error("aborted");
    },
  };
  await expect(removeAll(engine.docker, 4566)).resolves.toBeUndefined();
  expect([...engine.networks]).toEqual(["network"]);
  vi.restoreAllMocks();
});
