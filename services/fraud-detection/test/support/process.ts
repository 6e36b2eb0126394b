import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { TestContext } from "vitest";
import { ROOT } from "./root.js";

export interface Exit {
  readonly code: number | null;
  readonly seconds: number;
}

export interface Server {
  readonly url: string;
  readonly port: number;
  output(): string;
  /** Sends SIGTERM, and comes back when the process has heard of it. */
  terminate(): Promise<Stopping>;
}

interface Stopping {
  /** Of `performance`: just before the signal. */
  readonly since: number;
  readonly ended: Promise<Exit>;
}

/** The process of `src/server.ts`, which answers by now. */
export async function serve(
  test: TestContext,
  environment: Record<string, string> = {},
): Promise<Server> {
  const port = await freePort();
  const child = start(test, { PORT: String(port), ...environment });
  const output = collect(child);
  const ended = exitCode(child);
  const seen = async (text: string) => {
    while (child.exitCode === null && !output().includes(text)) await sleep(20);
    // The last lines of a process that has ended may still be on their way.
    if (child.exitCode !== null) await ended;
    if (!output().includes(text)) throw new Error(`it ended without "${text}": ${output()}`);
  };
  await seen("Server listening");
  const terminate = async () => {
    const since = performance.now();
    child.kill("SIGTERM");
    const exit = ended.then((code) => ({ code, seconds: (performance.now() - since) / 1000 }));
    await seen('"stopping"');
    return { since, ended: exit };
  };
  return { url: `http://127.0.0.1:${port}`, port, output, terminate };
}

export function start(test: TestContext, environment: Record<string, string>): ChildProcess {
  const child = spawn(process.execPath, ["dist/server.js"], {
    cwd: ROOT,
    env: { PATH: process.env["PATH"], ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  test.onTestFinished(() => {
    child.kill("SIGKILL");
  });
  return child;
}

/** What the process has written so far, on both of its streams. */
export function collect(child: ChildProcess): () => string {
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk: Buffer) => {
      text += chunk.toString();
    });
  }
  return () => text;
}

/** Of a process that was just started. All that it wrote has arrived by then. */
export async function exitCode(child: ChildProcess): Promise<number | null> {
  await once(child, "close");
  return child.exitCode;
}

/**
 * A port that nobody listens on. Not one of those that the system gives out by itself, to whoever
 * connects: such a one could be taken again before it is used.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 10_000 + Math.floor(Math.random() * 20_000);
    const server = createServer();
    const free = once(server, "listening").then(
      () => true,
      () => false,
    );
    server.listen(port);
    if (!(await free)) continue;
    server.close();
    await once(server, "close");
    return port;
  }
}
