import {
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { alone, hold, isLost, requireHeld } from "../../../../operations/target/lock";
import { Interrupted } from "../../../../operations/terminal/interruption";
import { Refusal } from "../../../../operations/terminal/refusal";

let folder = "";
let file = "";
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "lock-"));
  file = path.join(folder, "scanner.lock");
  // The clock of the waiting is the test's; the sleep between two tries is real.
  vi.useFakeTimers({ toFake: ["performance"] });
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true, force: true });
});

/** Waits for a lock that this process holds, until `minutes` have passed; the reason why it gave up. */
async function waited(minutes: number, limit?: number): Promise<unknown> {
  writeFileSync(file, String(process.ppid));
  let owner: NodeJS.Timeout | undefined;
  const report = (): void => {
    if (owner) return;
    vi.advanceTimersByTime(minutes * 60_000);
    owner = setTimeout(rmSync, 50, file);
  };
  const what = "a scan of an image";
  const lock = { file, what, report, retryMs: 1, ...(limit !== undefined && { minutes: limit }) };
  const answer = await alone(lock, () => Promise.resolve("had")).catch((error: unknown) => error);
  clearTimeout(owner);
  return answer;
}

test("a lock is waited for as long as its task may need, or else for twenty minutes", async () => {
  expect(await waited(30, 40)).toBe("had");
  expect(await waited(41, 40)).toBeInstanceOf(Refusal);
  expect(await waited(19)).toBe("had");
  expect(await waited(21)).toBeInstanceOf(Refusal);
});

test("Ctrl-C ends the waiting at once, and the lock stays its owner's", async () => {
  writeFileSync(file, String(process.pid));
  const controller = new AbortController();
  const interrupt = () => {
    controller.abort(new Interrupted());
  };
  const report = () => setTimeout(interrupt, 20);
  const lock = { file, what: "a scan of an image", report, retryMs: 30_000 };
  const task = vi.fn(() => Promise.resolve("had"));
  await expect(alone({ ...lock, signal: controller.signal }, task)).rejects.toThrow(Interrupted);
  expect(task).not.toHaveBeenCalled();
  expect(existsSync(file)).toBe(true);
});

test("nobody is told to remove the lock of a process that lives", async () => {
  const refusal = await waited(41, 40);
  expect(existsSync(file)).toBe(true);
  expect(refusal).toMatchObject({
    message: `a scan of an image had to wait for other processes for 40 minutes, and process ${process.ppid} still works on its own`,
    fix: `Run the command again once it has ended: ps -p ${process.ppid}`,
  });
});

test("a lock that is held for a process goes with it, and the process itself may ask for it again", async () => {
  const lock = { file, what: "a command", report: () => undefined };
  const once = vi.spyOn(process, "once").mockReturnThis();
  await hold(lock);
  await hold(lock);
  expect(readFileSync(file, "utf8")).toMatch(new RegExp(`^${process.pid} `));
  expect(once.mock.calls.map(([event]) => event)).toEqual(["exit"]);
  const [[, end] = []] = once.mock.calls;
  end?.(0);
  expect(existsSync(file)).toBe(false);
});

test("a lock that another process holds is waited for", async () => {
  writeFileSync(file, String(process.ppid));
  const report = vi.fn(() => vi.advanceTimersByTime(3 * 60_000));
  const lock = { file, what: "the stacks in out", report, retryMs: 1, minutes: 2 };
  await expect(hold(lock)).rejects.toMatchObject({
    message: `process ${process.ppid} uses the stacks in out, and has not ended within 2 minutes`,
    fix: `Run the command again once it has ended: ps -p ${process.ppid}`,
  });
  expect(report).toHaveBeenCalledWith(
    `process ${process.ppid} uses the stacks in out; waiting for it to end: 0 s`,
  );
});

test("a task that lost its lock leaves that of the other one", async () => {
  const lock = { file, what: "a scan of an image", report: () => undefined };
  await alone(lock, () => {
    writeFileSync(file, `${process.pid} of another container`);
    return Promise.resolve();
  });
  expect(readFileSync(file, "utf8")).toBe(`${process.pid} of another container`);
});

describe("a lock that another process has taken over, because this one slept", () => {
  test("is no longer this one's to work under, or to remove", async () => {
    const once = vi.spyOn(process, "once").mockReturnThis();
    const lock = { file, what: "the stacks in out", report: () => undefined };
    await hold(lock);
    requireHeld(lock);
    writeFileSync(file, String(process.ppid));
    const refusal = {
      message: `process ${process.ppid} has taken over the stacks in out; this one had given no sign of life, perhaps because the machine slept`,
      fix: `Run the command again once it has ended: ps -p ${process.ppid}`,
    };
    await expect(hold(lock)).rejects.toMatchObject(refusal);
    expect(() => {
      requireHeld(lock);
    }).toThrow(refusal.message);
    const [[, end] = []] = once.mock.calls;
    end?.(0);
    expect(existsSync(file)).toBe(true);
    rmSync(file);
    expect(() => {
      requireHeld(lock);
    }).toThrow("the lock of the stacks in out is gone: it was removed, or another process has had");
  });

  test.each([process.pid, process.ppid])(
    "is not kept alive for the other one, not even if both are process %i, each of its container",
    async (owner) => {
      const once = vi.spyOn(process, "once").mockReturnThis();
      vi.useFakeTimers({ toFake: ["setInterval"] });
      await hold({ file, what: "the stacks in out", report: () => undefined });
      const old = new Date(Date.now() - 60_000);
      const beat = async () => {
        utimesSync(file, old, old);
        vi.advanceTimersByTime(2_000);
        await pause(50);
        return statSync(file).mtimeMs > old.getTime();
      };
      expect(await beat()).toBe(true);
      writeFileSync(file, `${owner} of another container`);
      expect(await beat()).toBe(false);
      expect(isLost(file)).toBe(true);
      for (const [, end] of once.mock.calls) end(0);
      expect(existsSync(file)).toBe(true);
    },
  );

  test("is none of those that this process never held", () => {
    writeFileSync(file, String(process.ppid));
    requireHeld({ file, what: "the stacks in out" });
  });
});

test("a lock with this process's number is an earlier one's unless it is held: containers number anew", async () => {
  writeFileSync(file, String(process.pid));
  const report = vi.fn(() => vi.advanceTimersByTime(60_000));
  const lock = { file, what: "the stacks in out", report, retryMs: 1, minutes: 0.5 };
  await expect(hold(lock)).rejects.toMatchObject({
    message: "another process uses the stacks in out, and has not ended within 0.5 minutes",
    fix: "Run the command again once it has ended.",
  });
});
