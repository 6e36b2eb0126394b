import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type { FastifyInstance } from "fastify";
import { problemResponses } from "../schemas/problem.js";
import { ScoreRequest, ScoreResult } from "../schemas/score.js";
import type { RuleSet } from "../scoring/rule.js";
import { score } from "../scoring/score.js";

const schema = {
  summary: "Judges a transaction by the account's other transactions",
  body: ScoreRequest,
  response: {
    200: ScoreResult,
    ...problemResponses({
      400: "The request is no JSON, or does not follow the schema: `errors` names each wrong field",
      413: "The request is too large",
      415: "The request's media type is not application/json",
    }),
  },
};

export function scoreRoute(app: FastifyInstance, rules: RuleSet): void {
  app
    .withTypeProvider<TypeBoxTypeProvider>()
    .post("/v1/score", { schema }, (request, reply) => reply.send(score(request.body, rules)));
}
