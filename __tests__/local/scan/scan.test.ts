import { existsSync } from "node:fs";
import path from "node:path";
import Docker from "dockerode";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { PROJECT_FOLDER } from "../../../project";
import { Checkout, changesOf, noChange } from "../e2e/support/checkout";
import { pushedImages } from "../e2e/support/local-aws";
import { makeDatabase, removeDatabases, serve } from "./database";
import { ADVISORY, accept, addVulnerableService, inDays } from "./vulnerable-service";

vi.setConfig({ testTimeout: 1_800_000, hookTimeout: 1_800_000 });

/** No other suite has it, so that none meets its probes. */
const SUFFIX = "scan";

const checkout = new Checkout(path.join(PROJECT_FOLDER, ".platform", "e2e"));
const databases = path.join(PROJECT_FOLDER, ".platform", "scan-test", "databases");
const reports = path.join(checkout.folder, ".platform", "scans", SUFFIX, "web");
const servers: Awaited<ReturnType<typeof serve>>[] = [];
const UNREACHABLE = "http://172.17.0.1:1";

let fresh = "";
let stale = "";

const up = async (mirror: string) =>
  checkout.run("npx platform up", 1_700, {
    PLATFORM_SUFFIX: SUFFIX,
    PLATFORM_VULNERABILITY_DATABASE: mirror,
  });

const pushed = async () => (await pushedImages("web", SUFFIX)).length;

beforeAll(async () => {
  addVulnerableService(checkout);
  for (const [name, days] of [
    ["fresh", 0],
    ["stale", 6],
  ] as const) {
    await makeDatabase(path.join(databases, name), days);
    servers.push(await serve(path.join(databases, name)));
  }
  [fresh = "", stale = ""] = servers.map(({ url }) => url);
});

afterAll(async () => {
  await checkout.run("npx platform down", 300, { PLATFORM_SUFFIX: SUFFIX });
  for (const { server } of servers) server.close();
  await removeDatabases([fresh, stale, UNREACHABLE]);
});

describe("an image with a vulnerability", () => {
  test("is not pushed, and the failure names the finding and its fix", async () => {
    const { exitCode, output } = await up(fresh);
    expect(exitCode).toBe(1);
    expect(output).toContain("web has 1 vulnerability of severity high or worse:");
    expect(output).toContain(ADVISORY);
    expect(output).toContain("web was not pushed; the platform is untouched.");
    expect(output).not.toContain("local-exec");
    expect(await pushed()).toBe(0);
    // It was not even run.
    const probe = new Docker().getContainer(`platform-web-probe-use1-${SUFFIX}`);
    await expect(probe.inspect()).rejects.toThrow("no such container");
    expect(existsSync(path.join(reports, "sbom.cdx.json"))).toBe(true);
  });

  test("is pushed while it is accepted", async () => {
    accept(checkout, inDays(30));
    const { exitCode, output } = await up(fresh);
    expect(exitCode).toBe(0);
    expect(output).toContain("web scanned: 0 critical, 1 high (1 accepted), 0 medium, 0 low");
    expect(await pushed()).toBe(1);
  });

  test("is neither fetched nor scanned by a deployment without a change", async () => {
    const { output } = await up(UNREACHABLE);
    expect(changesOf("images", output)).toBe(noChange);
    expect(output).not.toContain("scanned:");
  });

  test("fails again once the date has passed, though it is not built again", async () => {
    accept(checkout, inDays(-1));
    const { exitCode, output } = await up(fresh);
    expect(exitCode).toBe(1);
    expect(output).toContain(ADVISORY);
    expect(output).toContain(`CVE-2024-34069 of werkzeug was accepted until ${inDays(-1)}, which`);
  });

  test("passes once it is updated, and nothing has to be accepted any more", async () => {
    checkout.edit("services/web/Dockerfile", "werkzeug==3.0.2", "werkzeug==3.0.3");
    accept(checkout, inDays(30));
    const { exitCode, output } = await up(fresh);
    expect(exitCode).toBe(0);
    expect(output).toContain("web scanned: 0 critical, 0 high, 0 medium, 0 low");
    expect(output).toContain("CVE-2024-34069 of werkzeug is in no image: remove it from");
  });
});

describe("without a usable database", () => {
  test("nothing passes: it says which address does not answer, and what to do", async () => {
    checkout.append("services/web/server.py", "# edition 2\n");
    const { exitCode, output } = await up(UNREACHABLE);
    expect(exitCode).toBe(1);
    expect(output).toMatch(/web cannot be scanned: there is none, and .*172\.17\.0\.1:1.*refused/);
    expect(output).toContain("name a mirror that they reach in PLATFORM_VULNERABILITY_DATABASE");
  });

  test("an old one does not either", async () => {
    const { exitCode, output } = await up(stale);
    expect(exitCode).toBe(1);
    expect(output).toMatch(/the newest vulnerability database was built 6 days ago, and grype/);
    expect(output).toContain("Update the mirror that PLATFORM_VULNERABILITY_DATABASE names");
  });
});
