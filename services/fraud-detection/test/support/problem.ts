import assert from "node:assert/strict";
import { STATUS_CODES } from "node:http";
import type { LightMyRequestResponse } from "fastify";
import type { Problem } from "../../src/schemas/problem.js";

/** Checks that the answer is a problem with this status, and returns it. */
export function assertProblem(answer: LightMyRequestResponse, status: number): Problem {
  assert.equal(answer.statusCode, status);
  assert.equal(answer.headers["content-type"], "application/problem+json");
  const problem = answer.json<Problem>();
  assert.deepEqual(
    { type: problem.type, title: problem.title, status: problem.status },
    { type: "about:blank", title: STATUS_CODES[status], status },
  );
  assert.ok(problem.detail.length > 0);
  return problem;
}
