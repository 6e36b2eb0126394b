import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import type { Server } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { download } from "../../../../local/machine/download";
import { Unreachable, answers } from "../../../../local/machine/reachability";
import { Refusal } from "../../../../operations/terminal/refusal";

const TEXT = "the published file";
const SHA256 = createHash("sha256").update(TEXT).digest("hex");

let folder = "";
let server: Server;
let base = "";
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "download-"));
  server = createServer((request, response) => {
    if (request.url === "/silent") return;
    response.statusCode = request.url === "/file" ? 200 : 404;
    response.end(TEXT);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The limit is a long one where the host answers, so that a busy machine does not reach it. */
function fetchFrom(url: string, sha256 = SHA256, answerMs = 10_000): Promise<void> {
  const file = path.join(folder, "file");
  return download({ url, file, sha256, what: "a file", report: () => undefined, answerMs });
}

describe("a download", () => {
  afterEach(() => {
    rmSync(path.join(folder, "file"), { force: true });
  });

  test("arrives under its name when its digest is the published one", async () => {
    await fetchFrom(`${base}/file`);
    expect(readFileSync(path.join(folder, "file"), "utf8")).toBe(TEXT);
  });

  test("with another digest is refused, and nothing is kept", async () => {
    await expect(fetchFrom(`${base}/file`, "0".repeat(64))).rejects.toThrow(Refusal);
    expect(readdirSync(folder)).toEqual([]);
  });

  test.each([
    ["lacks the file", "/absent", 10_000, "it answered with HTTP status 404"],
    ["says nothing", "/silent", 200, "no answer in time"],
  ])("from a host that %s has another way", async (_, url, answerMs, reason) => {
    const failure = fetchFrom(`${base}${url}`, SHA256, answerMs);
    await expect(failure).rejects.toThrow(Unreachable);
    await expect(failure).rejects.toThrow(reason);
    expect(readdirSync(folder)).toEqual([]);
  });
});

test("an address answers with any status, and not when it is silent or closed", async () => {
  expect(await answers(`${base}/absent`, 10_000)).toBe(true);
  expect(await answers(`${base}/silent`, 100)).toBe(false);
  expect(await answers("http://127.0.0.1:9", 1_000)).toBe(false);
});
