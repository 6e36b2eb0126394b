import { X509Certificate, createPrivateKey } from "node:crypto";
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { localAuthority } from "../../../../local/aws/authority";
import { readLocalSettings } from "../../../../local/aws/settings";
import { PROJECT_FOLDER } from "../../../../project";

let cache: string;

beforeEach(() => {
  cache = mkdtempSync(path.join(tmpdir(), "authority-"));
});

afterEach(() => {
  vi.useRealTimers();
  rmSync(cache, { recursive: true });
});

const DAY_MS = 24 * 60 * 60 * 1000;
const started = new Date();
const inYears = (years: number) => new Date(started).setFullYear(started.getFullYear() + years);

describe("this machine's authority", () => {
  test("has signed itself, may sign servers only, and its key fits", () => {
    const { certificate, key, fingerprint } = localAuthority(cache);
    const read = new X509Certificate(readFileSync(certificate));
    expect(read.ca).toBe(true);
    expect(read.verify(read.publicKey)).toBe(true);
    expect(read.checkPrivateKey(createPrivateKey(readFileSync(key)))).toBe(true);
    expect(fingerprint).toBe(read.fingerprint256);
  });

  test("has a key that only its owner can read", () => {
    const { folder, key } = localAuthority(cache);
    expect(statSync(key).mode & 0o777).toBe(0o600);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  test("stays the same, so that a second deployment changes nothing", () => {
    expect(localAuthority(cache)).toEqual(localAuthority(cache));
  });

  test("is replaced in the year before it expires", () => {
    const { fingerprint } = localAuthority(cache);
    vi.useFakeTimers({ now: inYears(8), toFake: ["Date"] });
    expect(localAuthority(cache).fingerprint).toBe(fingerprint);
    vi.setSystemTime(inYears(9) + 2 * DAY_MS);
    const { fingerprint: next, certificate } = localAuthority(cache);
    expect(next).not.toBe(fingerprint);
    const { validFrom } = new X509Certificate(readFileSync(certificate));
    expect(new Date(validFrom).getTime()).toBeLessThanOrEqual(Date.now());
  });

  test("is one for processes that start at the same time", async () => {
    const program = `const { localAuthority } = require("./local/aws/authority.ts");
      console.log(localAuthority(${JSON.stringify(cache)}).fingerprint);`;
    const start = () =>
      execa(process.execPath, ["--require", "tsx/cjs", "-e", program], { cwd: PROJECT_FOLDER });
    const found = await Promise.all([start(), start(), start()]);
    expect(new Set(found.map(({ stdout }) => stdout)).size).toBe(1);
    expect(readdirSync(cache)).toEqual(["database-authority"]);
  });

  test("is what a deployment to the local AWS trusts, and nothing else", () => {
    const { config, environment } = readLocalSettings({ LOCAL_CACHE_FOLDER: cache });
    const { certificate } = localAuthority(cache);
    expect(environment.PLATFORM_DATABASE_CA).toBe(certificate);
    expect(config.databaseAuthorities).toBe(
      new X509Certificate(readFileSync(certificate)).toString(),
    );
  });
});
