import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { defineRules, type RuleSet } from "../src/scoring/rule.js";
import { post, service } from "./support/app.js";
import { assertProblem } from "./support/problem.js";
import { ordinaryRequest } from "./support/request.js";

describe("problems", () => {
  it("a path that is not known", async (test) => {
    const { app } = await service(test);
    assertProblem(await app.inject("/nowhere?x=1"), 404);
    assertProblem(await app.inject({ method: "POST", url: "/v1/score/", payload: "{" }), 404);
    assertProblem(await app.inject("/%zz"), 400);
  });

  const methods = [
    ["DELETE", "/v1/score", "POST"],
    ["GET", "/v1/score", "POST"],
    ["TRACE", "/v1/score?x=1", "POST"],
    ["OPTIONS", "/health", "GET, HEAD"],
    ["POST", "/ready", "GET, HEAD"],
    ["PUT", "/openapi.json", "GET, HEAD"],
  ] as const;
  for (const [method, url, allow] of methods) {
    it(`${method} ${url}, which has other methods`, async (test) => {
      const { app } = await service(test);
      // Fastify's types of inject leave TRACE out.
      const answer = await app.inject({ method: method as "PUT", url });
      assertProblem(answer, 405);
      assert.equal(answer.headers.allow, allow);
    });
  }

  it("a wrong method is more wrong than its body", async (test) => {
    const { app } = await service(test);
    const headers = { "content-type": "text/plain" };
    assertProblem(await app.inject({ method: "POST", url: "/health", headers, payload: "x" }), 405);
  });

  for (const type of ["text/plain", "application/xml", "application/jsonp", "nonsense"]) {
    it(`a body that is ${type}`, async (test) => {
      const { app } = await service(test);
      const { detail } = assertProblem(await post(app, "{}", { "content-type": type }), 415);
      assert.equal(detail, "the body must be application/json");
    });
  }

  for (const body of ["", "{", "{'a':1}", '{"__proto__":{}}', '{"a":1}}']) {
    it(`a body that is ${body || "empty"}`, async (test) => {
      const { app } = await service(test);
      assertProblem(await post(app, body), 400);
    });
  }

  it("no body at all", async (test) => {
    const { app } = await service(test);
    assertProblem(await app.inject({ method: "POST", url: "/v1/score" }), 400);
  });

  it("a body that is too large", async (test) => {
    const { app } = await service(test);
    const { detail } = assertProblem(await post(app, " ".repeat(256 * 1024 + 1)), 413);
    assert.equal(detail, "the body must not exceed 262144 bytes");
  });

  it("a failure, which is told to the log only", async (test) => {
    const rules: RuleSet = {
      ...defineRules({
        decisions: { review: 30, decline: 70 },
        clockSkewSeconds: 5,
        minorUnitsPerDollar: {},
        rules: [],
      }),
      get rules(): never {
        throw new Error("the safe's number is 1234");
      },
    };
    const { app, lines } = await service(test, { rules });
    const answer = await post(app, ordinaryRequest());
    assertProblem(answer, 500);
    assert.doesNotMatch(answer.body, /1234/);
    const failure = lines.find(({ level }) => level === "ERROR");
    assert.match(JSON.stringify(failure), /the safe's number is 1234.*problems\.test\.ts/);
    assert.equal(failure?.["requestId"], answer.headers["x-request-id"]);
  });
});
