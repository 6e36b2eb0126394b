import assert from "node:assert/strict";
import { once } from "node:events";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { collect, exitCode, serve, start, type Server } from "./support/process.js";
import { ordinaryRequest } from "./support/request.js";

/** A request whose body is sent with the call of the function that comes back. */
async function inFlight({ url }: Server): Promise<() => Promise<IncomingMessage>> {
  const body = JSON.stringify(ordinaryRequest());
  const headers = { "content-type": "application/json", "content-length": body.length };
  const request = httpRequest(`${url}/v1/score`, { method: "POST", headers });
  const answered = once(request, "response");
  // Awaited later: until then nobody else handles its failure.
  answered.catch(() => undefined);
  request.write(body.slice(0, 10));
  await once(request, "socket");
  await sleep(100);
  return async () => {
    request.end(body.slice(10));
    // The event's one argument.
    const [response] = (await answered) as [IncomingMessage];
    response.resume();
    return response;
  };
}

/** What a raw connection gets for a text. */
async function speak({ port }: Server, text: string): Promise<string> {
  const socket = connect(port, "127.0.0.1").setEncoding("utf8");
  socket.write(text);
  let answer = "";
  for await (const chunk of socket) answer += String(chunk);
  return answer;
}

describe("the process", { concurrency: 2 }, () => {
  it("stops after what is in flight, and is not ready meanwhile", async (test) => {
    const server = await serve(test, { DRAIN_SECONDS: "1" });
    const finish = await inFlight(server);
    const stopped = server.stop();
    await sleep(200);
    assert.equal((await fetch(`${server.url}/ready`)).status, 503);
    assert.equal((await fetch(`${server.url}/health`)).status, 200);
    // Beyond the drain: the listener is closed by now, the request is still served.
    await sleep(1_300);
    await assert.rejects(fetch(`${server.url}/health`));
    const response = await finish();
    assert.equal(response.statusCode, 200);
    assert.equal(response.headers.connection, "close");
    const { code, seconds } = await stopped;
    assert.equal(code, 0);
    assert.ok(seconds < 4, `took ${seconds} s`);
  });

  it("goes on accepting for all of the drain, and sends its callers away", async (test) => {
    const server = await serve(test, { DRAIN_SECONDS: "3" });
    const started = performance.now();
    const stopped = server.stop();
    await sleep(100);
    while (performance.now() - started < 2_000) {
      const answer = await fetch(`${server.url}/health`);
      assert.equal(answer.status, 200);
      assert.equal(answer.headers.get("connection"), "close");
      await sleep(50);
    }
    const { code, seconds } = await stopped;
    assert.equal(code, 0);
    assert.ok(seconds >= 3 && seconds < 6, `took ${seconds} s`);
  });

  it("does not wait for ever for a request that never ends", async (test) => {
    const server = await serve(test, { DRAIN_SECONDS: "0" });
    const finish = await inFlight(server);
    const { code, seconds } = await server.stop();
    assert.equal(code, 0);
    assert.ok(seconds < 12, `took ${seconds} s`);
    await assert.rejects(finish());
  });

  it("stops at once with idle connections", async (test) => {
    const server = await serve(test, { DRAIN_SECONDS: "0" });
    // fetch keeps the connection.
    await (await fetch(`${server.url}/health`)).text();
    const { code, seconds } = await server.stop();
    assert.equal(code, 0);
    assert.ok(seconds < 2, `took ${seconds} s`);
  });

  it("keeps idle connections longer than a load balancer", async (test) => {
    const server = await serve(test);
    const { headers } = await fetch(`${server.url}/health`);
    assert.ok(Number(/timeout=(\d+)/.exec(headers.get("keep-alive") ?? "")?.[1]) > 60);
  });

  it("answers what is no HTTP with a problem", async (test) => {
    const server = await serve(test);
    const answer = await speak(server, "NONSENSE\r\n\r\n");
    assert.match(answer, /^HTTP\/1\.1 400 Bad Request\r\nContent-Type: application\/problem\+json/);
    const large = await speak(
      server,
      `GET / HTTP/1.1\r\nHost: x\r\nX: ${"x".repeat(20_000)}\r\n\r\n`,
    );
    assert.match(large, /^HTTP\/1\.1 431 /);
    assert.equal((await fetch(`${server.url}/health`)).status, 200);
  });

  it("does not start with wrong settings, and says why in one line", async (test) => {
    const child = start(test, { PORT: "none" });
    const output = collect(child);
    assert.equal(await exitCode(child), 1);
    assert.equal(
      output().trim(),
      'fraud-detection cannot start: PORT must be a number from 1 to 65535, got "none".',
    );
  });

  it("ends with a line in the log if its port is taken", async (test) => {
    const { port } = await serve(test);
    const child = start(test, { PORT: String(port) });
    const output = collect(child);
    assert.equal(await exitCode(child), 1);
    assert.match(output(), /^\{"level":"FATAL".*EADDRINUSE/m);
  });
});
