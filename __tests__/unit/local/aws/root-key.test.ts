import { readdirSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { isAsSet } from "../../../../local/aws/container";
import { forgetRootKey, rootKey } from "../../../../local/aws/root-key";
import { readFileStateSettings } from "../../../../local/aws/settings";
import { PROJECT_FOLDER } from "../../../../project";

const FOLDER = path.join(PROJECT_FOLDER, ".platform", "local-aws", "keys");
/** No port that a local AWS can have. */
const PORT = 70_001;

afterEach(() => {
  forgetRootKey(PORT);
});

describe("the root key of a local AWS", () => {
  test("has AWS's form, and is another one for each port and after each down", () => {
    const first = rootKey(PORT);
    expect(first.accessKeyId).toMatch(/^AKIA[A-Z2-7]{16}$/);
    expect(first.secretAccessKey).toMatch(/^[A-Za-z0-9+/]{40}$/);
    expect(rootKey(PORT)).toEqual(first);
    forgetRootKey(PORT);
    const second = rootKey(PORT);
    expect(second.accessKeyId).not.toBe(first.accessKeyId);
    expect(second.secretAccessKey).not.toBe(first.secretAccessKey);
  });

  test("is a file that only its user can read, beside no other", () => {
    rootKey(PORT);
    expect(statSync(FOLDER).mode & 0o077).toBe(0);
    expect(statSync(path.join(FOLDER, `${PORT}.json`)).mode & 0o777).toBe(0o600);
    const drafts = readdirSync(FOLDER).filter((name) => name.startsWith(`${PORT}.json.`));
    expect(drafts).toEqual([]);
  });

  test("is the one that another command has just made", () => {
    const made = { accessKeyId: "AKIAOTHER", secretAccessKey: "other" };
    rootKey(PORT);
    writeFileSync(path.join(FOLDER, `${PORT}.json`), JSON.stringify(made));
    expect(rootKey(PORT)).toEqual(made);
  });

  test("is what every program on the local AWS signs with", () => {
    const { environment, port } = readFileStateSettings({ LOCAL_AWS_PORT: "4990" });
    expect(environment).toMatchObject({
      AWS_ACCESS_KEY_ID: rootKey(port).accessKeyId,
      AWS_SECRET_ACCESS_KEY: rootKey(port).secretAccessKey,
    });
    forgetRootKey(port);
  });

  test("decides whether a running container is the one to use", () => {
    const key = rootKey(PORT);
    const authority = { folder: "/a", certificate: "/a/c", key: "/a/k", fingerprint: "AB" };
    const access = { enforceIam: false, rootKey: key, authority };
    const wanted = { image: "emulator", minuteSeconds: 60, ...access };
    const found = (Env: string[], fingerprint = "AB") => ({
      Config: { Image: "emulator", Env, Labels: { "fargate-platform.authority": fingerprint } },
    });
    const env = [
      `AWS_ACCESS_KEY_ID=${key.accessKeyId}`,
      `AWS_SECRET_ACCESS_KEY=${key.secretAccessKey}`,
      "LOCAL_AWS_MINUTE=60",
    ];
    expect(isAsSet(found(env), wanted)).toBe(true);
    expect(isAsSet(found(env), { ...wanted, image: "another" })).toBe(false);
    expect(isAsSet(found(env), { ...wanted, enforceIam: true })).toBe(false);
    expect(isAsSet(found(env), { ...wanted, minuteSeconds: 5 })).toBe(false);
    expect(isAsSet(found([...env, "AUTH=true"]), { ...wanted, enforceIam: true })).toBe(true);
    expect(isAsSet(found(env, "CD"), wanted)).toBe(false);
    expect(isAsSet(found(["AWS_ACCESS_KEY_ID=local"]), wanted)).toBe(false);
  });
});
