import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

export interface Exit {
  readonly code: number | null;
  readonly seconds: number;
}

export interface Server {
  readonly url: string;
  readonly port: number;
  output(): string;
  stop(): Promise<Exit>;
  readonly process: ChildProcess;
}

/** The process of `src/server.ts`, which answers by now. */
export async function serve(
  test: TestContext,
  environment: Record<string, string> = {},
): Promise<Server> {
  const port = await freePort();
  const process = start(test, { PORT: String(port), ...environment });
  const output = collect(process);
  while (!output().includes("Server listening")) {
    if (process.exitCode !== null) throw new Error(`it did not start: ${output()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const stop = async () => {
    const started = performance.now();
    process.kill("SIGTERM");
    return { code: await exitCode(process), seconds: (performance.now() - started) / 1000 };
  };
  return { url: `http://127.0.0.1:${port}`, port, output, stop, process };
}

export function start(test: TestContext, environment: Record<string, string>): ChildProcess {
  const child = spawn(process.execPath, ["--import", "tsx", "src/server.ts"], {
    cwd: ROOT,
    env: { PATH: process.env["PATH"], ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  test.after(() => child.kill("SIGKILL"));
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

export async function exitCode(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  return child.exitCode;
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  // A server that listens on TCP has such an address.
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
