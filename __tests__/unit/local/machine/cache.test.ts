import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { madeOnce } from "../../../../local/machine/cache";
import type { Report } from "../../../../operations/terminal/refusal";

let folder = "";
let target = "";
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "cache-"));
  target = path.join(folder, "tool");
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true, force: true });
});

function make(
  work: (temporary: string) => Promise<void>,
  report: Report = () => undefined,
): Promise<void> {
  return madeOnce({ target, what: "the tool", report, make: work, retryMs: 1 });
}

function write(temporary: string): Promise<void> {
  writeFileSync(temporary, "whole");
  return Promise.resolve();
}

describe("a cached file", () => {
  test("appears complete and is not made again", async () => {
    const work = vi.fn(write);
    await make(work);
    await make(work);
    expect(work).toHaveBeenCalledTimes(1);
    expect(readFileSync(target, "utf8")).toBe("whole");
    expect(readdirSync(folder)).toEqual(["tool"]);
  });

  test("is made by one of two concurrent processes, and the other waits and says so", async () => {
    // The reported seconds stay at zero.
    vi.useFakeTimers({ toFake: ["performance"] });
    const lines: string[] = [];
    let said: (line: string) => void = () => undefined;
    const other = new Promise<void>((resolve) => {
      said = (line) => {
        lines.push(line);
        resolve();
      };
    });
    // The working process continues until the other reports that it waits.
    const work = vi.fn(async (temporary: string) => {
      await other;
      await write(temporary);
    });
    await Promise.all([make(work, said), make(work, said)]);
    expect(work).toHaveBeenCalledTimes(1);
    expect(lines).toEqual(["waiting for another process to make the tool: 0 s"]);
  });

  test("leaves nothing behind on failure, and is made on the next try", async () => {
    const failure = make(() => Promise.reject(new Error("no space")));
    await expect(failure).rejects.toThrow("no space");
    expect(readdirSync(folder)).toEqual([]);
    await make(write);
    expect(existsSync(target)).toBe(true);
  });

  test("takes over from a killed process, and removes its leftovers", async () => {
    writeFileSync(`${target}.lock`, "99999999");
    const before = new Date(Date.now() - 7_000);
    utimesSync(`${target}.lock`, before, before);
    mkdirSync(path.join(folder, ".tool.partial-abc123"));
    await make(write);
    expect(readdirSync(folder)).toEqual(["tool"]);
  });

  test("leaves a lock alone that is touched, although no process here has its number: a container's may", async () => {
    writeFileSync(`${target}.lock`, "99999999");
    const said = vi.fn(() => {
      rmSync(`${target}.lock`);
    });
    await make(write, said);
    expect(said).toHaveBeenCalledTimes(1);
  });

  test("takes over an old lock, although another process has its process ID", async () => {
    writeFileSync(`${target}.lock`, String(process.pid));
    const long = new Date(Date.now() - 3_600_000);
    utimesSync(`${target}.lock`, long, long);
    await make(write);
    expect(readdirSync(folder)).toEqual(["tool"]);
  });
});
