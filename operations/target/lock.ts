import { randomUUID } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import { link, mkdir, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { PREPARATION_LOCK_MINUTES } from "../../spec/limits";
import { Refusal, type Report } from "../terminal/refusal";
import { hasCode } from "./error-code";
import { isAlive } from "./process";
import { every, secondsSince } from "../terminal/progress";

export interface Lock {
  readonly file: string;
  /** What is made under the lock, or used by whoever holds it, for messages to waiting processes. */
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
/** Three missed heartbeats: the number of an owner in another container means nothing here. */
const SILENT_MS = 3 * HEARTBEAT_MS;

/** What a waiting process says of the lock's owner: first, and when it gives up. */
interface Words {
  readonly waiting: (owner: string) => string;
  readonly late: (owner: string, minutes: number) => string;
}

const making = (what: string): Words => ({
  waiting: () => `waiting for another process to make ${what}`,
  late: (owner, minutes) =>
    `${what} had to wait for other processes for ${minutes} minutes, and ${owner} still works on its own`,
});

const using = (what: string): Words => ({
  waiting: (owner) => `${owner} uses ${what}; waiting for it to end`,
  late: (owner, minutes) => `${owner} uses ${what}, and has not ended within ${minutes} minutes`,
});

/** What a lock file says of its owner. In two containers, two processes may have the same number. */
const SELF = `${process.pid} ${randomUUID()}`;

/** The locks that this process holds until it ends. */
const held = new Set<string>();

/**
 * Runs a task that only one process on this machine may run at a time. The lock is a file with the
 * owner's process id, touched while the owner lives; a lock left by a killed process is taken over.
 * The protected files must still tolerate two owners, because a live owner may look dead after the
 * machine wakes from sleep.
 *
 * @throws Refusal after its minutes of waiting; the signal's reason
 */
export async function alone<T>(lock: Lock, task: () => Promise<T>): Promise<T> {
  await acquire(lock, making(lock.what));
  const heartbeat = keepAlive(lock.file);
  try {
    return await task();
  } finally {
    clearInterval(heartbeat);
    if (isOwn(lock.file)) await rm(lock.file, { force: true });
  }
}

/**
 * Keeps a lock until this process ends, for what all of the process works on. Another one waits for it as for
 * the lock of a task; the owner itself may ask for it again.
 *
 * @throws Refusal after its minutes of waiting, or if another process has taken it over; the signal's reason
 */
export async function hold(lock: Lock): Promise<void> {
  const { file, what } = lock;
  if (held.has(file)) {
    requireHeld(lock);
    return;
  }
  await acquire(lock, using(what));
  held.add(file);
  keepAlive(file).unref();
  process.once("exit", () => {
    if (isOwn(file)) rmSync(file, { force: true });
  });
}

/** Whether this process has held a lock and does not any more: one that slept looks dead to others. */
export function isLost(file: string): boolean {
  return held.has(file) && !isOwn(file);
}

/**
 * Refuses to go on with a lock that is lost.
 *
 * @throws Refusal that names the process that has it now
 */
export function requireHeld({ file, what }: Pick<Lock, "file" | "what">): void {
  if (!isLost(file)) return;
  const owner = ownerOf(file);
  throw new Refusal(
    owner === undefined
      ? `the lock of ${what} is gone: it was removed, or another process has had it meanwhile`
      : `${nameOf(owner)} has taken over ${what}; this one had given no sign of life, perhaps because the machine slept`,
    againAfter(owner),
  );
}

function keepAlive(file: string): NodeJS.Timeout {
  return setInterval(() => {
    // It would keep the lock of one that has taken over alive beyond its end.
    if (!isOwn(file)) return;
    const now = new Date();
    // It may go just now.
    utimes(file, now, now).catch(() => undefined);
  }, HEARTBEAT_MS);
}

async function acquire(lock: Lock, words: Words): Promise<void> {
  const { file, report, minutes = PREPARATION_LOCK_MINUTES, retryMs = 500, signal } = lock;
  await mkdir(path.dirname(file), { recursive: true });
  const tell = every(10_000, report);
  const start = performance.now();
  for (;;) {
    signal?.throwIfAborted();
    if (await claim(file)) return;
    const seen = contentOf(file);
    if (await isStale(file)) {
      await discard(file, seen);
      continue;
    }
    const owner = ownerOf(file);
    if (performance.now() - start > minutes * 60_000) {
      throw new Refusal(words.late(nameOf(owner), minutes), againAfter(owner));
    }
    tell(`${words.waiting(nameOf(owner))}: ${secondsSince(start)} s`);
    // Its own error names no reason; the next look throws the signal's.
    await pause(retryMs, undefined, signal && { signal }).catch(() => undefined);
  }
}

const isOwn = (file: string) => contentOf(file) === SELF;

/** The process that has the lock; none once it is released. */
function ownerOf(file: string): number | undefined {
  return Number.parseInt(contentOf(file), 10) || undefined;
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

/** Whether the number is that of another process here; one in another container may have any. */
const isHere = (owner: number | undefined): owner is number =>
  owner !== undefined && owner !== process.pid && isAlive(owner);

const nameOf = (owner: number | undefined) =>
  isHere(owner) ? `process ${owner}` : "another process";

const againAfter = (owner: number | undefined) =>
  isHere(owner)
    ? `Run the command again once it has ended: ps -p ${owner}`
    : "Run the command again once it has ended.";

async function claim(file: string): Promise<boolean> {
  try {
    await writeFile(file, SELF, { flag: "wx" });
    return true;
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false;
    throw error;
  }
}

async function isStale(file: string): Promise<boolean> {
  try {
    const { mtimeMs } = await stat(file);
    const silent = Date.now() - mtimeMs;
    if (silent > STALE_MS) return true;
    const owner = ownerOf(file);
    return silent > SILENT_MS && owner !== undefined && !isAlive(owner);
  } catch (error) {
    if (hasCode(error, "ENOENT")) return false;
    throw error;
  }
}

/** Renames before removing, so that a lock which another process has just taken over goes back. */
async function discard(file: string, seen: string): Promise<void> {
  const aside = `${file}.${SELF.replace(" ", ".")}`;
  try {
    await rename(file, aside);
    // Unless somebody has the lock by now, who is told before the next step.
    if (contentOf(aside) !== seen) await link(aside, file).catch(() => undefined);
    await rm(aside, { force: true });
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error;
  }
}
