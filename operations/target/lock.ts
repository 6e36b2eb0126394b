import { rmSync } from "node:fs";
import { mkdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { PREPARATION_LOCK_MINUTES } from "../../spec/limits";
import { Refusal, type Report } from "../terminal/refusal";
import { hasCode } from "./error-code";
import { isAlive } from "./process";
import { every, secondsSince } from "../terminal/progress";

export interface Lock {
  readonly file: string;
  /** What is made under the lock, for messages to waiting processes. */
  readonly what: string;
  readonly report: Report;
  /** For how many minutes a process waits. @default `PREPARATION_LOCK_MINUTES` */
  readonly minutes?: number;
  /** How long a waiting process sleeps before it tries again. @default 500 */
  readonly retryMs?: number | undefined;
  /** Ends the waiting at once. @default only its time does */
  readonly signal?: AbortSignal;
}

const HEARTBEAT_MS = 2_000;
const STALE_MS = 30_000;

/**
 * Runs a task that only one process on this machine may run at a time. The lock is a file with the
 * owner's process id, touched while the owner lives; a lock left by a killed process is taken over.
 * The protected files must still tolerate two owners, because a live owner may look dead after the
 * machine wakes from sleep.
 *
 * @throws Refusal after its minutes of waiting, and the signal's reason
 */
export async function alone<T>(lock: Lock, task: () => Promise<T>): Promise<T> {
  await mkdir(path.dirname(lock.file), { recursive: true });
  await acquire(lock);
  const heartbeat = keepAlive(lock.file);
  try {
    return await task();
  } finally {
    clearInterval(heartbeat);
    await rm(lock.file, { force: true });
  }
}

/**
 * Keeps a lock until this process ends, for what all of the process works on. Another one waits for it as for
 * the lock of a task; the owner itself may ask for it again.
 *
 * @throws Refusal after its minutes of waiting, and the signal's reason
 */
export async function hold(lock: Lock): Promise<void> {
  await mkdir(path.dirname(lock.file), { recursive: true });
  if (await isOwn(lock.file)) return;
  await acquire(lock);
  keepAlive(lock.file).unref();
  process.once("exit", () => {
    rmSync(lock.file, { force: true });
  });
}

function keepAlive(file: string): NodeJS.Timeout {
  return setInterval(() => {
    const now = new Date();
    // A manually removed lock must not crash the work that it protects.
    utimes(file, now, now).catch(() => undefined);
  }, HEARTBEAT_MS);
}

async function isOwn(file: string): Promise<boolean> {
  return (await readFile(file, "utf8").catch(() => "")) === String(process.pid);
}

async function acquire(lock: Lock): Promise<void> {
  const { file, what, report, minutes = PREPARATION_LOCK_MINUTES, retryMs = 500, signal } = lock;
  const tell = every(10_000, report);
  const start = performance.now();
  for (;;) {
    signal?.throwIfAborted();
    if (await claim(file)) return;
    if (await isStale(file)) {
      await discard(file);
      continue;
    }
    if (performance.now() - start > minutes * 60_000) throw await held(file, what, minutes);
    tell(`waiting for another process to make ${what}: ${secondsSince(start)} s`);
    // Its own error names no reason; the next look throws the signal's.
    await pause(retryMs, undefined, signal && { signal }).catch(() => undefined);
  }
}

/** Why a lock cannot be had whose owner lives: that of a dead one is taken over. */
async function held(file: string, what: string, minutes: number): Promise<Refusal> {
  // It may have been released just now.
  const owner = Number(await readFile(file, "utf8").catch(() => ""));
  const name = owner > 0 ? `the process ${owner}` : "another process";
  return new Refusal(
    `${what} had to wait for other processes for ${minutes} minutes, and ${name} still works on its own`,
    owner > 0
      ? `Run the command again once it has ended: ps -p ${owner}`
      : "Run the command again.",
  );
}

async function claim(file: string): Promise<boolean> {
  try {
    await writeFile(file, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false;
    throw error;
  }
}

async function isStale(file: string): Promise<boolean> {
  try {
    const { mtimeMs } = await stat(file);
    if (Date.now() - mtimeMs > STALE_MS) return true;
    const owner = Number(await readFile(file, "utf8"));
    return owner > 0 && !isAlive(owner);
  } catch (error) {
    if (hasCode(error, "ENOENT")) return false;
    throw error;
  }
}

/** Renames before removing, so that only one of several processes discards a stale lock. */
async function discard(file: string): Promise<void> {
  const aside = `${file}.${process.pid}`;
  try {
    await rename(file, aside);
    await rm(aside, { force: true });
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error;
  }
}
