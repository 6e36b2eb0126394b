import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { TestApp } from "./support.js";

interface Operation {
  readonly responses: Record<string, { content: Record<string, unknown> }>;
  readonly security?: unknown;
  readonly parameters?: { name: string; in: string; required?: boolean }[];
}

describe("the OpenAPI document", () => {
  it("is the same at both addresses, and describes each route with its problems", async () => {
    const app = await TestApp.build(undefined);
    const { json } = await app.get("/openapi.json");
    assert.deepEqual((await app.get("/v1/transactions/openapi.json")).json, json);
    const paths = json["paths"] as Record<string, Record<string, Operation>>;
    assert.deepEqual(Object.keys(paths).sort(), [
      "/health",
      "/ready",
      "/v1/accounts/{id}",
      "/v1/accounts/{id}/close",
      "/v1/transactions",
      "/v1/transactions/summary",
      "/v1/transactions/{id}",
    ]);
    const post = paths["/v1/transactions"]?.["post"];
    assert.deepEqual(Object.keys(post?.responses ?? {}), [
      "201",
      "202",
      "400",
      "401",
      "409",
      "413",
      "415",
      "422",
      "429",
      "503",
    ]);
    assert.deepEqual(Object.keys(post?.responses["409"]?.content ?? {}), [
      "application/problem+json",
    ]);
    const open = ["/health", "/ready"];
    for (const [path, operations] of Object.entries(paths)) {
      for (const { security } of Object.values(operations)) {
        assert.deepEqual(security, open.includes(path) ? undefined : [{ bearer: [] }], path);
      }
    }
    const [key] = post?.parameters ?? [];
    assert.deepEqual(
      [key?.in, key?.name.toLowerCase(), key?.required],
      ["header", "idempotency-key", true],
    );
    await app.end();
  });
});
