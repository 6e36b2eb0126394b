import { type Server, createServer } from "node:net";
import type Docker from "dockerode";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { textOf } from "../../../../operations/target/engine-log";
import {
  leftovers,
  localAwsEndpoint,
  probedSuffixes,
  startLocalAws,
  stopLocalAws,
} from "../../../../local/aws/local-aws";
import { localAwsName } from "../../../../local/aws/names";
import { Refusal } from "../../../../operations/terminal/refusal";
import { framed } from "../../../support/engine-log";

interface Labelled {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** The part of an engine that the local AWS uses; it records removed objects. */
function fakeEngine(objects: {
  containers?: Labelled[];
  volumes?: Labelled[];
  networks?: Labelled[];
  images?: string[];
}) {
  const removed: string[] = [];
  const filter = (all: Labelled[] = [], { label }: { label: string[] }) =>
    all.filter(
      ({ name, labels }) =>
        !removed.includes(name) &&
        label.every((wanted) => {
          const [key = "", value] = wanted.split("=");
          return key in labels && (value === undefined || labels[key] === value);
        }),
    );
  const remover = (name: string) => ({
    inspect: () => Promise.reject(Object.assign(new Error("no such object"), { statusCode: 404 })),
    remove: () => Promise.resolve(removed.push(name)),
  });
  const engine = {
    listImages: () =>
      Promise.resolve(
        (objects.images ?? []).map((name) => ({ Id: name, RepoTags: [name], Labels: {} })),
      ),
    listContainers: ({ filters = { label: [] } }: { filters?: { label: string[] } }) =>
      Promise.resolve(
        filter(objects.containers, filters).map(({ name }) => {
          return { Id: name, Names: [`/${name}`], Image: "app:1", State: "running" };
        }),
      ),
    listVolumes: ({ filters }: { filters: { label: string[] } }) =>
      Promise.resolve({
        Volumes: filter(objects.volumes, filters).map(({ name }) => ({ Name: name })),
      }),
    listNetworks: ({ filters }: { filters: { label: string[] } }) =>
      Promise.resolve(
        filter(objects.networks, filters).map(({ name }) => ({ Id: name, Name: name })),
      ),
    getContainer: remover,
    getVolume: remover,
    getNetwork: remover,
  };
  return { docker: engine as unknown as Docker, removed };
}

const local = (port: number, kind = "made-by-local-aws") => ({
  "fargate-platform": kind,
  "fargate-platform.local-aws": String(port),
});

const OBJECTS = {
  containers: [
    { name: "task", labels: local(4566) },
    { name: "emulator", labels: local(4566, "local-aws") },
    { name: "other-port", labels: local(4577) },
    { name: "probe", labels: { "fargate-platform": "dev" } },
    { name: "somebody-else", labels: { app: "web" } },
  ],
  volumes: [{ name: "data", labels: local(4566) }],
  networks: [{ name: "network", labels: local(4566, "local-aws") }],
  images: ["127.0.0.1:4566/platform-dev/web:1", "127.0.0.1:4577/platform-dev/web:1"],
};

const ignore = () => undefined;

const authority = { folder: "/a", certificate: "/a/c", key: "/a/k", fingerprint: "AB" };

describe("the local AWS", () => {
  test("listens on this machine only", () => {
    expect(localAwsEndpoint(4566)).toBe("http://127.0.0.1:4566");
    expect(localAwsName(4566)).not.toBe(localAwsName(4577));
  });

  test("stopping one removes first itself, then the objects that it created, and nothing else", async () => {
    const { docker, removed } = fakeEngine(OBJECTS);
    await stopLocalAws(docker, ignore, 4566);
    expect(removed).toEqual(["emulator", "task", "data", "network"]);
  });

  test("stopping without a port removes every local AWS, and no other containers", async () => {
    const { docker, removed } = fakeEngine(OBJECTS);
    await stopLocalAws(docker, ignore);
    expect(removed).toContain("other-port");
    expect(removed).not.toContain("probe");
    expect(removed).not.toContain("somebody-else");
  });

  test("leftovers are the objects of one local AWS and of the given environments", async () => {
    const { docker } = fakeEngine(OBJECTS);
    expect(await leftovers(docker, 4566, ["dev"])).toEqual([
      "container task (app:1, running)",
      "container emulator (app:1, running)",
      "container probe (app:1, running)",
      "volume data",
      "network network",
      "image 127.0.0.1:4566/platform-dev/web:1",
    ]);
    expect(await leftovers(docker, 4566, ["another"])).not.toContain(
      "container probe (app:1, running)",
    );
  });

  test("only probes of images in its registry are its own, regardless of their states' location", async () => {
    const probe = (ImageID: string, suffix: string) => {
      return { ImageID, Labels: { "fargate-platform": suffix } };
    };
    const images = [
      { Id: "sha256:1", RepoTags: ["127.0.0.1:4566/platform-blue/web:1"] },
      { Id: "sha256:2", RepoTags: ["1.dkr.ecr.us-east-1.amazonaws.com/platform-dev/web:1"] },
    ];
    // The only methods that are called on the engine.
    const docker = {
      listImages: () => Promise.resolve(images),
      listContainers: () => Promise.resolve([probe("sha256:1", "blue"), probe("sha256:2", "dev")]),
    } as unknown as Docker;
    expect(await probedSuffixes(docker, 4566)).toEqual(["blue"]);
  });

  test("the engine's log frames become text", () => {
    expect(textOf(Buffer.concat([framed("größer\n"), framed("two\n")]))).toBe("größer\ntwo");
    expect(textOf(Buffer.alloc(0))).toBe("");
  });

  describe("on a port in use", () => {
    let server: Server;
    let port: number;

    beforeEach(async () => {
      server = createServer();
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const address = server.address();
      port = typeof address === "object" && address ? address.port : 0;
    });

    afterEach(async () => {
      await new Promise((resolve) => server.close(resolve));
    });

    test("refuses to start before it creates anything, and names the port and the fix", async () => {
      // The engine cannot build or create anything: an attempt would be another error.
      const { docker } = fakeEngine({});
      const start = startLocalAws(docker, {
        port,
        enforceIam: false,
        minuteSeconds: 60,
        rootKey: { accessKeyId: "AKIA", secretAccessKey: "secret" },
        authority,
        report: ignore,
      });
      await expect(start).rejects.toThrow(Refusal);
      await expect(start).rejects.toMatchObject({
        message: expect.stringContaining(`port ${port}`) as string,
        fix: expect.stringContaining(`LOCAL_AWS_PORT=${port + 1}`) as string,
      });
    });
  });
});
