import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type { FastifyInstance } from "fastify";
import type { CallerHooks } from "../identity/callers.js";
import { problemResponses } from "../schemas/problem.js";
import { MAXIMUM_HISTORY, ScoreRequest, ScoreResult } from "../schemas/score.js";
import type { RuleSet } from "../scoring/rule.js";
import { score } from "../scoring/score.js";

const schema = {
  summary: "Judges a transaction by the account's other transactions",
  security: [{}, { bearer: [] }],
  body: ScoreRequest,
  response: {
    200: ScoreResult,
    ...problemResponses({
      400: "The request is no JSON, or does not follow the schema: `errors` names each wrong field",
      401: "The request has a token that is not accepted",
      413: "The request is too large",
      415: "The request's media type is not application/json",
      429: "The caller sends too many requests; Retry-After says when to come again",
      503: "The token cannot be checked now; Retry-After says when to come again",
    }),
  },
};

/**
 * A token that is given must be valid; none is needed. The service keeps nothing of anybody's, only its
 * callers in the catalogue reach it, and what decides a transaction after an outage has no caller.
 */
export function scoreRoute(
  app: FastifyInstance,
  onRequest: CallerHooks["optional"],
  rules: RuleSet,
): void {
  app.withTypeProvider<TypeBoxTypeProvider>().post(
    "/v1/score",
    {
      schema,
      onRequest,
      preValidation: ({ body }, _reply, done) => {
        cutHistory(body);
        done();
      },
    },
    ({ body }) => score(body, rules),
  );
}

/**
 * Validation goes on after the first error. A history that is too long is told from one entry too
 * many; to judge a hundred thousand would take a second and more memory than the task has.
 */
function cutHistory(body: unknown): void {
  if (typeof body !== "object" || body === null || !("history" in body)) return;
  const { history } = body;
  if (Array.isArray(history) && history.length > MAXIMUM_HISTORY) {
    history.length = MAXIMUM_HISTORY + 1;
  }
}
