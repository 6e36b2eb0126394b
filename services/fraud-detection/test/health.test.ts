import assert from "node:assert/strict";
import { it } from "vitest";
import { service } from "./support/app.js";
import { assertProblem } from "./support/problem.js";

it("is healthy", async (test) => {
  const { app } = await service(test);
  const answer = await app.inject("/health");
  assert.equal(answer.statusCode, 200);
  assert.equal(answer.body, '{"status":"healthy"}');
  assert.equal(answer.headers["cache-control"], "no-store");
});

it("is ready until it stops", async (test) => {
  const { app, stop } = await service(test);
  const answer = await app.inject("/ready");
  assert.deepEqual([answer.statusCode, answer.body], [200, '{"status":"ready"}']);
  stop();
  const stopped = await app.inject("/ready");
  assertProblem(stopped, 503);
  assert.equal(stopped.headers["retry-after"], "1");
});

it("stays healthy while it stops: what is in flight must not be killed", async (test) => {
  const { app, stop } = await service(test);
  stop();
  assert.equal((await app.inject("/health")).statusCode, 200);
});

it("sends callers to other connections while it stops", async (test) => {
  const { app, stop } = await service(test);
  assert.equal((await app.inject("/health")).headers.connection, "keep-alive");
  stop();
  assert.equal((await app.inject("/health")).headers.connection, "close");
});
