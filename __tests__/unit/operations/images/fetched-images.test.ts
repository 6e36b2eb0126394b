import { ECRClient } from "@aws-sdk/client-ecr";
import Docker from "dockerode";
import { Readable } from "node:stream";
import { expect, test, vi } from "vitest";
import type { PushedImage } from "../../../../operations/images/images-in-state";
import { fetchImages } from "../../../../operations/images/fetched-images";
import { PULL } from "../../../../spec/limits";
import { answer } from "../../../support/preflight";

const HOST = "111122223333.dkr.ecr.eu-west-1.amazonaws.com";
const web = {
  name: `${HOST}/platform-dev/web:0a1b-2c3d`,
  id: "sha256:id-of-web",
  addresses: [],
  host: HOST,
  repository: "platform-dev/web",
  digest: "sha256:pushed-web",
};
/** Promoted: the engine knows it by its name in the source environment. */
const promoted = {
  name: `${HOST}/platform-dev/orders@sha256:pushed-orders`,
  id: "sha256:id-of-orders",
  addresses: [],
  host: HOST,
  repository: "platform-prod/orders",
  digest: "sha256:pushed-orders",
};

/** Fetches these images into an engine whose pulls end so. */
async function fetched(missing: readonly PushedImage[], end: object = {}, otherStore = false) {
  const docker = new Docker({ socketPath: "/nowhere/docker.sock" });
  const pull = vi.spyOn(docker, "pull").mockImplementation(async () => {
    return Promise.resolve(Readable.from([`${JSON.stringify(end)}\n`]));
  });
  const tags: unknown[] = [];
  vi.spyOn(docker, "getImage").mockImplementation((image) => {
    const tag = async (names: object) => Promise.resolve(tags.push([image, names]));
    const { id } = [web, promoted].find(({ digest }) => image.endsWith(digest)) ?? {};
    const inspect = async () => Promise.resolve({ Id: otherStore ? "sha256:other" : id });
    // The only methods that are called on an image.
    return { tag, inspect } as unknown as Docker.Image;
  });
  const ecr = new ECRClient({ region: "eu-west-1" });
  const authorizationToken = Buffer.from("AWS:secret").toString("base64");
  const login = answer(ecr, { authorizationData: [{ authorizationToken }] });
  const said: string[] = [];
  const interruption = new AbortController();
  const options = { report: (line: string) => said.push(line), signal: interruption.signal };
  await fetchImages({ docker, ecr }, options, missing);
  return { pull, tags, said, login, interruption };
}

const anything: unknown = expect.anything();

test("a missing image is pulled by its digest with a login, and gets its name back", async () => {
  const { pull, tags, said } = await fetched([web]);
  const authconfig = { username: "AWS", password: "secret", serveraddress: HOST };
  const reference = `${HOST}/platform-dev/web@sha256:pushed-web`;
  expect(pull.mock.calls).toEqual([[reference, { authconfig, abortSignal: anything }]]);
  expect(tags).toEqual([[reference, { repo: `${HOST}/platform-dev/web`, tag: "0a1b-2c3d" }]]);
  expect(said).toEqual(["fetching platform-dev/web"]);
});

test("a promoted image has no tag to get back", async () => {
  const { pull, tags, said } = await fetched([web, promoted]);
  expect(pull).toHaveBeenLastCalledWith(
    `${HOST}/platform-prod/orders@sha256:pushed-orders`,
    anything,
  );
  expect(tags).toHaveLength(1);
  expect(said).toEqual(["fetching platform-dev/web, platform-prod/orders"]);
});

test("an engine that has all images fetches none, and needs no login", async () => {
  const { pull, login, said } = await fetched([]);
  expect(pull).not.toHaveBeenCalled();
  expect(login).not.toHaveBeenCalled();
  expect(said).toEqual([]);
});

test("a pull that breaks off is an error with the engine's reason", async () => {
  await expect(fetched([web], { error: "unexpected EOF" })).rejects.toThrow("unexpected EOF");
});

test("a pull ends with the deployment that is interrupted, or after its limit", async () => {
  const limit = new AbortController();
  const timeout = vi.spyOn(AbortSignal, "timeout").mockReturnValue(limit.signal);
  const late = await fetched([web]);
  expect(timeout).toHaveBeenCalledWith(PULL.totalMinutes * 60_000);
  const signalOf = ({ pull }: typeof late) =>
    (pull.mock.calls[0]?.[1] as { abortSignal?: AbortSignal } | undefined)?.abortSignal;
  expect(signalOf(late)?.aborted).toBe(false);
  limit.abort();
  expect(signalOf(late)?.aborted).toBe(true);
  timeout.mockReturnValue(new AbortController().signal);
  const interrupted = await fetched([web]);
  interrupted.interruption.abort();
  expect(signalOf(interrupted)?.aborted).toBe(true);
});

test("an image that another image store gave its ID is not taken for the one of the state", async () => {
  await expect(fetched([web], {}, true)).rejects.toThrow(
    `${HOST}/platform-dev/web@sha256:pushed-web is sha256:other in this engine, and sha256:id-of-web in the state`,
  );
});
