import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { type TestContext, describe, it } from "vitest";
import { freePort } from "./net.js";
import { ROOT } from "./root.js";

async function exitStatus(url?: string, environment: Record<string, string> = {}) {
  const child = execFile(
    process.execPath,
    ["healthcheck.js", ...(url === undefined ? [] : [url])],
    {
      cwd: ROOT,
      env: environment,
    },
  );
  const [status] = (await once(child, "exit")) as [number];
  return status;
}

/** The address of a server that says this to whoever asks, until the test ends. */
async function speaking(t: TestContext, speak: (socket: Socket) => void): Promise<string> {
  const server = createServer((socket) => {
    socket
      .on("error", () => undefined)
      .once("data", () => {
        speak(socket);
      });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.onTestFinished(() => {
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/health`;
}

describe.concurrent("the health check", () => {
  for (const [said, status] of [
    ["HTTP/1.1 200 OK\r\n\r\n", 0],
    ["HTTP/1.1 204 No Content\r\n\r\n", 1],
    ["HTTP/1.1 503 Service Unavailable\r\n\r\n", 1],
    ["HTTP/1.1 2000 \r\n\r\n", 1],
    ["SSH-2.0-OpenSSH 200\r\n", 1],
    ["", 1],
  ] as const) {
    it(`exits ${status} on ${JSON.stringify(said)}`, async (t) => {
      const url = await speaking(t, (socket) => socket.end(said));
      assert.equal(await exitStatus(url), status);
    });
  }

  it("looks at its own container's port by default", async (t) => {
    const url = await speaking(t, (socket) => socket.end("HTTP/1.1 200 OK\r\n\r\n"));
    assert.equal(await exitStatus(undefined, { PORT: new URL(url).port }), 0);
  });

  it("exits 1 where nobody listens, and on what is no such address", async () => {
    const urls = [
      `http://127.0.0.1:${await freePort()}/`,
      "http://127.0.0.1:99999/",
      "ftp://127.0.0.1",
      "",
    ];
    assert.deepEqual(await Promise.all(urls.map((url) => exitStatus(url))), [1, 1, 1, 1]);
  });

  it("waits 2 s in all, whatever comes byte by byte", async (t) => {
    const url = await speaking(t, (socket) => {
      const bytes = "HTTP/1.1 200 ".match(/./g) ?? [];
      const timer = setInterval(() => socket.write(bytes.shift() ?? "x"), 300);
      socket.on("close", () => {
        clearInterval(timer);
      });
    });
    const started = performance.now();
    // After 3.9 s it would have read a 200.
    assert.equal(await exitStatus(url), 1);
    const seconds = (performance.now() - started) / 1000;
    assert.ok(seconds < 15, `took ${seconds} s`);
  });
});
