import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { post, service } from "./support/app.js";
import { ordinaryRequest } from "./support/request.js";

describe("the log", () => {
  it("has one line for a request", async (test) => {
    const { app, lines } = await service(test);
    await post(app, ordinaryRequest(), { "x-request-id": "abc-1" });
    const [line, ...others] = lines;
    assert.deepEqual(others, []);
    const { timestamp, durationMs, ...rest } = line ?? {};
    assert.deepEqual(rest, {
      level: "INFO",
      requestId: "abc-1",
      method: "POST",
      route: "/v1/score",
      status: 200,
      message: "request",
    });
    assert.match(String(timestamp), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.ok(typeof durationMs === "number" && durationMs >= 0);
  });

  it("has the requests that are refused, and never their query", async (test) => {
    const { app, lines } = await service(test);
    await post(app, "{");
    await app.inject("/nowhere?token=secret");
    await app.inject("/%zz?token=secret");
    await app.inject({ method: "PUT", url: "/health?token=secret" });
    assert.deepEqual(
      lines.map(({ route, status }) => [route, status]),
      [
        ["/v1/score", 400],
        ["/nowhere", 404],
        ["/%zz", 400],
        ["/health", 405],
      ],
    );
    assert.doesNotMatch(JSON.stringify(lines), /secret/);
  });

  it("is quiet about health checks, unless asked", async (test) => {
    const quiet = await service(test);
    const talkative = await service(test, { level: "debug" });
    for (const { app } of [quiet, talkative]) {
      await app.inject("/health");
      await app.inject("/ready");
    }
    assert.deepEqual(quiet.lines, []);
    assert.deepEqual(
      talkative.lines.map(({ level, route }) => [level, route]),
      [
        ["DEBUG", "/health"],
        ["DEBUG", "/ready"],
      ],
    );
  });

  it("says when it is not ready", async (test) => {
    const { app, lines, stop } = await service(test);
    stop();
    await app.inject("/ready");
    assert.equal(lines.length, 1);
  });
});

describe("the id of a request", () => {
  const trace = "Self=1-2-3;Root=1-67891233-abcdef012345678912345678;Parent=4";
  const cases: [name: string, headers: Record<string, string>, expected: RegExp][] = [
    ["is the caller's", { "x-request-id": "Abc.1_2-3", "x-amzn-trace-id": trace }, /^Abc\.1_2-3$/],
    ["is the balancer's", { "x-amzn-trace-id": trace }, /^1-67891233-abcdef012345678912345678$/],
    ["is a new one", {}, /^[0-9a-f-]{36}$/],
    ["is not what disturbs a log", { "x-request-id": 'a"b c' }, /^[0-9a-f-]{36}$/],
    ["is not endless", { "x-request-id": "x".repeat(129) }, /^[0-9a-f-]{36}$/],
    ["is not a strange trace", { "x-amzn-trace-id": "Root=a b" }, /^[0-9a-f-]{36}$/],
  ];
  for (const [name, headers, expected] of cases) {
    it(name, async (test) => {
      const { app } = await service(test);
      const answer = await post(app, ordinaryRequest(), headers);
      assert.match(String(answer.headers["x-request-id"]), expected);
    });
  }
});
