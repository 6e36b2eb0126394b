import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { download } from "../../../../local/machine/download";
import { Unreachable, answers } from "../../../../local/machine/reachability";
import { Refusal } from "../../../../operations/terminal/refusal";

const TEXT = "the published file";
const SHA256 = createHash("sha256").update(TEXT).digest("hex");

let folder = "";
let server: Server;
let base = "";
/** Called when the host gets the request that it never answers. */
let onSilence: () => void;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "download-"));
  server = createServer((request, response) => {
    if (request.url === "/silent") {
      onSilence();
      return;
    }
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

const LIMIT_MS = 10_000;

function fetchFrom(url: string, sha256 = SHA256): Promise<void> {
  const file = path.join(folder, "file");
  const report = () => undefined;
  return download({ url, file, sha256, what: "a file", report, answerMs: LIMIT_MS });
}

describe("a download", () => {
  // The time limit passes only when a test advances it, not on a busy machine.
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onSilence = () => vi.advanceTimersByTime(LIMIT_MS);
  });
  afterEach(() => {
    vi.useRealTimers();
    rmSync(path.join(folder, "file"), { force: true });
  });

  test("is stored under its name if its digest is the published digest", async () => {
    await fetchFrom(`${base}/file`);
    expect(readFileSync(path.join(folder, "file"), "utf8")).toBe(TEXT);
  });

  test("with another digest is refused, and nothing is kept", async () => {
    await expect(fetchFrom(`${base}/file`, "0".repeat(64))).rejects.toThrow(Refusal);
    expect(readdirSync(folder)).toEqual([]);
  });

  test.each([
    ["lacks the file", "/absent", "it answered with HTTP status 404"],
    ["does not answer", "/silent", "no answer in time"],
  ])("from a host that %s fails as unreachable, with the reason", async (_, url, reason) => {
    const failure = fetchFrom(`${base}${url}`);
    await expect(failure).rejects.toThrow(Unreachable);
    await expect(failure).rejects.toThrow(reason);
    expect(readdirSync(folder)).toEqual([]);
  });
});

test("an address counts as answering with any status, but not if it is silent or closed", async () => {
  const limit = new AbortController();
  const timeout = vi.spyOn(AbortSignal, "timeout").mockReturnValue(limit.signal);
  onSilence = () => {
    limit.abort();
  };
  expect(await answers(`${base}/absent`, LIMIT_MS)).toBe(true);
  expect(await answers("http://127.0.0.1:9", LIMIT_MS)).toBe(false);
  expect(limit.signal.aborted).toBe(false);
  expect(await answers(`${base}/silent`, LIMIT_MS)).toBe(false);
  expect(limit.signal.aborted).toBe(true);
  expect(timeout).toHaveBeenCalledTimes(3);
  expect(timeout).toHaveBeenCalledWith(LIMIT_MS);
});
