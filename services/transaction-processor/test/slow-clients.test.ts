import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, it, type TestContext } from "vitest";
import { Issuer } from "./identity/issuer.js";
import { Service, surroundings } from "./service.js";

async function connected(t: TestContext, { port }: Service): Promise<Socket> {
  const socket = connect(port, "127.0.0.1").on("error", () => undefined);
  t.onTestFinished(() => {
    socket.destroy();
  });
  await once(socket, "connect");
  return socket;
}

/** What the service says until it ends the connection, in whatever way. */
async function heard(socket: Socket): Promise<string> {
  let text = "";
  try {
    for await (const part of socket.setEncoding("utf8")) text += String(part);
  } catch {
    // A reset: the service had not read all that was sent.
  }
  return text;
}

/** A byte now and then, until the connection ends. */
function drip(socket: Socket, text: string): void {
  const timer = setInterval(() => {
    socket.write(text);
  }, 500);
  socket.on("close", () => {
    clearInterval(timer);
  });
}

describe.concurrent("a client that takes its time", () => {
  it("for its header is sent away", async (t) => {
    const service = await Service.start(t, (await surroundings(t)).environment);
    const socket = await connected(t, service);
    socket.write("GET /health HTTP/1.1\r\nHost: x\r\n");
    drip(socket, "X: y\r\n");
    assert.match(await within(heard(socket), 30), /^HTTP\/1\.1 408 /);
  });

  it("for its first byte is sent away", async (t) => {
    const service = await Service.start(t, (await surroundings(t)).environment);
    await within(heard(await connected(t, service)), 30);
  });

  it("for its body is sent away", async (t) => {
    const service = await Service.start(t, (await surroundings(t)).environment);
    const socket = await connected(t, service);
    const authorization = await (await Issuer.shared()).authorization();
    socket.write(
      `POST /v1/transactions HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\n` +
        "Content-Type: application/json\r\nContent-Length: 10000\r\n\r\n",
    );
    drip(socket, " ");
    assert.match(await within(heard(socket), 30), /^HTTP\/1\.1 408 /);
  });

  it("for reading its answers is sent away", async (t) => {
    const service = await Service.start(t, (await surroundings(t)).environment);
    // More than the system keeps on the way, and nothing of it is read.
    const requests = 2000;
    const answersAfter = async (seconds: number) => {
      const socket = await connected(t, service);
      socket.pause();
      socket.write("GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n".repeat(requests));
      await sleep(seconds * 1000);
      return (await within(heard(socket), 60)).split("HTTP/1.1 200 ").length - 1;
    };
    let answers = await answersAfter(30);
    // Longer, where a busy machine takes long to make the answers: the limit begins with the last one.
    if (answers === requests) answers = await answersAfter(60);
    assert.ok(answers < requests, `got ${answers} answers`);
    assert.equal((await service.get("/health")).status, 200);
  }, 240_000);

  it("for its next request keeps its connection longer than a load balancer", async (t) => {
    const service = await Service.start(t, (await surroundings(t)).environment);
    const { headers } = await fetch(`${service.url}/health`);
    assert.ok(Number(/timeout=(\d+)/.exec(headers.get("keep-alive") ?? "")?.[1]) > 60);
  });

  it("is one of 200, and the service is healthy all the same", async (t) => {
    const service = await Service.start(t, (await surroundings(t)).environment);
    const authorization = await (await Issuer.shared()).authorization();
    for (let client = 0; client < 200; client++) {
      const socket = await connected(t, service);
      socket.write(
        `POST /v1/transactions HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\n`,
      );
      if (client % 2 === 0) {
        socket.write("Content-Type: application/json\r\nContent-Length: 5000\r\n\r\n");
      }
      drip(socket, client % 2 === 0 ? " " : "X: y\r\n");
    }
    const took: number[] = [];
    for (let times = 0; times < 5; times++) {
      const started = performance.now();
      assert.equal((await service.get("/health")).status, 200);
      took.push(performance.now() - started);
    }
    // As the platform's probe waits. The shortest, for a busy machine may pause in any of them.
    assert.ok(Math.min(...took) < 2000, took.join());
  });
});

async function within<Result>(happening: Promise<Result>, seconds: number): Promise<Result> {
  const limit = new AbortController();
  const late = sleep(seconds * 1000, undefined, { signal: limit.signal }).then(() =>
    assert.fail(`it does not happen within ${seconds} s`),
  );
  try {
    return await Promise.race([happening, late]);
  } finally {
    limit.abort();
    late.catch(() => undefined);
  }
}
