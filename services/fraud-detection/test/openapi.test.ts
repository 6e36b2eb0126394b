import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { service } from "./support/app.js";

interface Document {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, Operation>>;
}

interface Operation {
  readonly responses: Record<string, { readonly content: object }>;
}

describe("GET /openapi.json", () => {
  it("describes every route, with its statuses and their media types", async (test) => {
    const { app } = await service(test);
    const answer = await app.inject("/openapi.json");
    assert.equal(answer.headers["content-type"], "application/json; charset=utf-8");
    const { openapi, paths } = answer.json<Document>();
    assert.equal(openapi, "3.1.0");
    const described = Object.entries(paths).flatMap(([path, operations]) =>
      Object.entries(operations).flatMap(([method, { responses }]) =>
        Object.entries(responses).map(
          ([status, { content }]) => `${method} ${path} ${status} ${Object.keys(content).join()}`,
        ),
      ),
    );
    assert.deepEqual(described, [
      "get /health 200 application/json",
      "get /ready 200 application/json",
      "get /ready 503 application/problem+json",
      "post /v1/score 200 application/json",
      "post /v1/score 400 application/problem+json",
      "post /v1/score 401 application/problem+json",
      "post /v1/score 413 application/problem+json",
      "post /v1/score 415 application/problem+json",
      "post /v1/score 429 application/problem+json",
      "post /v1/score 503 application/problem+json",
    ]);
  });
});
