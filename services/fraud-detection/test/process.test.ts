import assert from "node:assert/strict";
import { once } from "node:events";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, it } from "vitest";
import { collect, exitCode, serve, start, type Server } from "./support/process.js";
import { ordinaryRequest } from "./support/request.js";

/** How long the service leaves to what is in flight: whoever ends earlier has not waited for it. */
const IN_FLIGHT_SECONDS = 10;

/** A request that the server has, whose body is sent with the call of the function that comes back. */
async function inFlight({ url }: Server): Promise<() => Promise<IncomingMessage>> {
  const body = JSON.stringify(ordinaryRequest());
  const headers = {
    "content-type": "application/json",
    "content-length": body.length,
    expect: "100-continue",
  };
  const request = httpRequest(`${url}/v1/score`, { method: "POST", headers });
  const answered = once(request, "response");
  // Awaited later: until then nobody else handles its failure.
  answered.catch(() => undefined);
  request.flushHeaders();
  await once(request, "continue");
  request.write(body.slice(0, 10));
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

/** Calls until the listener is closed, and says when that was seen and what was answered before. */
async function callUntilRefused({ url }: Server): Promise<{ at: number; answers: Response[] }> {
  const answers: Response[] = [];
  for (;;) {
    try {
      answers.push(await fetch(`${url}/health`));
    } catch {
      return { at: performance.now(), answers };
    }
    await sleep(50);
  }
}

describe.concurrent("the process", () => {
  it("stops after what is in flight, and is not ready meanwhile", async (test) => {
    // Enough for the two calls below, however busy the machine is.
    const drain = 6;
    const server = await serve(test, { DRAIN_SECONDS: String(drain) });
    const finish = await inFlight(server);
    const { ended } = await server.terminate();
    assert.equal((await fetch(`${server.url}/ready`)).status, 503);
    assert.equal((await fetch(`${server.url}/health`)).status, 200);
    // Beyond the drain: the listener is closed by now, the request is still served.
    await callUntilRefused(server);
    await assert.rejects(fetch(`${server.url}/health`));
    const response = await finish();
    assert.equal(response.statusCode, 200);
    assert.equal(response.headers.connection, "close");
    const { code, seconds } = await ended;
    assert.equal(code, 0);
    assert.ok(seconds >= drain && seconds < drain + IN_FLIGHT_SECONDS, `took ${seconds} s`);
  });

  it("goes on accepting for all of the drain, and sends its callers away", async (test) => {
    const drain = 3;
    const server = await serve(test, { DRAIN_SECONDS: String(drain) });
    const { since, ended } = await server.terminate();
    const { at, answers } = await callUntilRefused(server);
    assert.ok(answers.length > 0);
    for (const answer of answers) {
      assert.equal(answer.status, 200);
      assert.equal(answer.headers.get("connection"), "close");
    }
    assert.ok(at - since >= drain * 1000, `accepted for ${at - since} ms`);
    const { code, seconds } = await ended;
    assert.equal(code, 0);
    assert.ok(seconds >= drain && seconds < drain + IN_FLIGHT_SECONDS, `took ${seconds} s`);
  });

  it("does not wait for ever for a request that never ends", async (test) => {
    const server = await serve(test, { DRAIN_SECONDS: "0" });
    const finish = await inFlight(server);
    const { ended } = await server.terminate();
    const { code, seconds } = await ended;
    // 12 s after the signal it would end by itself, with another code.
    assert.equal(code, 0);
    assert.ok(seconds < 15, `took ${seconds} s`);
    await assert.rejects(finish());
  });

  it("stops at once with idle connections", async (test) => {
    const server = await serve(test, { DRAIN_SECONDS: "0" });
    // fetch keeps the connection.
    await (await fetch(`${server.url}/health`)).text();
    const { ended } = await server.terminate();
    const { code, seconds } = await ended;
    assert.equal(code, 0);
    assert.ok(seconds < IN_FLIGHT_SECONDS, `took ${seconds} s`);
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
