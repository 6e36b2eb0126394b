import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { createServer as createTcpServer, type AddressInfo } from "node:net";
import { describe, it, type TestContext } from "vitest";
import { exitCode, freePort } from "./support/process.js";
import { ROOT } from "./support/root.js";

async function listen(test: TestContext, listener: RequestListener): Promise<number> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  test.onTestFinished(() => {
    server.close().closeAllConnections();
  });
  await once(server, "listening");
  // A server that listens on TCP has such an address.
  return (server.address() as AddressInfo).port;
}

function check(url: string[], environment: Record<string, string> = {}) {
  return exitCode(
    spawn(process.execPath, ["healthcheck.js", ...url], { cwd: ROOT, env: environment }),
  );
}

describe.concurrent("healthcheck.js", () => {
  for (const [status, expected] of [
    [200, 0],
    [204, 1],
    [302, 1],
    [404, 1],
    [503, 1],
  ] as const) {
    it(`exits ${expected} on ${status}`, async (test) => {
      const port = await listen(test, (_request, response) => response.writeHead(status).end());
      assert.equal(await check([`http://127.0.0.1:${port}/health`]), expected);
    });
  }

  it("looks at its own container by default", async (test) => {
    const port = await listen(test, ({ url }, response) =>
      response.writeHead(url === "/health" ? 200 : 404).end(),
    );
    assert.equal(await check([], { PORT: String(port) }), 0);
  });

  it("exits 1 where nobody listens", async () => {
    assert.equal(await check([`http://127.0.0.1:${await freePort()}/health`]), 1);
  });

  it("exits 1 on what is no HTTP", async (test) => {
    const server = createTcpServer((socket) => socket.end("SSH-2.0-x 200")).listen(0, "127.0.0.1");
    test.onTestFinished(() => {
      server.close();
    });
    await once(server, "listening");
    // A server that listens on TCP has such an address.
    const { port } = server.address() as AddressInfo;
    assert.equal(await check([`http://127.0.0.1:${port}/health`]), 1);
  });

  it("exits 1 on an answer that ends too soon", async (test) => {
    const port = await listen(test, (_request, response) => response.destroy());
    assert.equal(await check([`http://127.0.0.1:${port}/health`]), 1);
  });

  it("exits 1 on what is no URL", async () => {
    assert.equal(await check(["nonsense"]), 1);
  });

  it("exits 1 after 2 s without an answer", async (test) => {
    const port = await listen(test, () => undefined);
    const started = performance.now();
    assert.equal(await check([`http://127.0.0.1:${port}/health`]), 1);
    const seconds = (performance.now() - started) / 1000;
    assert.ok(seconds > 1.9 && seconds < 15, `took ${seconds} s`);
  });
});
