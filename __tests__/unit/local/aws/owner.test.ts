import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type Docker from "dockerode";
import { afterEach, beforeEach, expect, test } from "vitest";
import { OWNER_LABEL, claimLocalAws } from "../../../../local/aws/owner";
import { rootVariables } from "../../../../local/aws/root-key";
import { stateFolder } from "../../../../local/aws/state-files";

const KEY = { accessKeyId: "AKIAOFTHISLOCALAWS", secretAccessKey: "secret" };

let other: string;
beforeEach(() => {
  other = mkdtempSync(path.join(tmpdir(), "checkout-"));
});
afterEach(() => {
  rmSync(other, { recursive: true });
});

/** An engine whose only local AWS belongs to a checkout; it records removed objects. */
function engineWith(owner: string | undefined) {
  const removed: string[] = [];
  const container = {
    inspect: () =>
      owner === undefined
        ? Promise.reject(Object.assign(new Error("no such container"), { statusCode: 404 }))
        : Promise.resolve({
            Config: { Labels: { [OWNER_LABEL]: owner }, Env: rootVariables(KEY) },
          }),
    remove: () => Promise.resolve(removed.push("local AWS")),
  };
  const docker = {
    getContainer: () => container,
    listContainers: () => Promise.resolve(removed.length === 0 ? [{ Id: "local-aws" }] : []),
    listVolumes: () => Promise.resolve({ Volumes: [] }),
    listNetworks: () => Promise.resolve([]),
  };
  return { docker: docker as unknown as Docker, removed };
}
const ignore = () => undefined;

test("a port without a local AWS is free to use", async () => {
  const { docker, removed } = engineWith(undefined);
  await claimLocalAws(docker, 4566, ignore);
  expect(removed).toEqual([]);
});

test("the local AWS of another checkout is refused, with the fix", async () => {
  mkdirSync(path.join(other, stateFolder(4566)), { recursive: true });
  const { docker, removed } = engineWith(other);
  await expect(claimLocalAws(docker, 4566, ignore)).rejects.toMatchObject({
    message: `the local AWS on port 4566 belongs to the checkout in ${other}`,
    fix: expect.stringContaining("LOCAL_AWS_PORT=4567"),
  });
  expect(removed).toEqual([]);
});

/** Gives the other checkout a key for the port. */
function writeKey(key: object): void {
  const keys = path.join(other, ".platform", "local-aws", "keys");
  mkdirSync(keys, { recursive: true });
  writeFileSync(path.join(keys, "4566.json"), JSON.stringify(key));
}

test("a local AWS whose states are in its S3 is kept, as its checkout has its key", async () => {
  writeKey(KEY);
  const { docker, removed } = engineWith(other);
  await expect(claimLocalAws(docker, 4566, ignore)).rejects.toThrow("belongs to the checkout");
  expect(removed).toEqual([]);
});

test("a local AWS whose states are gone is removed, as its environments can no longer be destroyed", async () => {
  // A command has made another one since.
  writeKey({ ...KEY, secretAccessKey: "another" });
  const { docker, removed } = engineWith(other);
  await claimLocalAws(docker, 4566, ignore);
  expect(removed).toEqual(["local AWS"]);
});
