import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type { FastifyInstance } from "fastify";
import { Type } from "typebox";
import { ProblemError } from "../http/problem-error.js";
import { requiredCaller, type CallerHooks } from "../identity/callers.js";
import { requiredLedger, type Ledger } from "../ledger.js";
import { Account, NewAccount } from "../schemas/account.js";
import { CALLER_PROBLEMS, problemResponses } from "../schemas/problem.js";
import { Id } from "../schemas/transaction.js";
import { BEARER } from "../openapi.js";

/** Private: flask-api opens and closes accounts, and tells with its caller's token. */
export function accountRoutes(
  untyped: FastifyInstance,
  onRequest: CallerHooks["required"],
  given: Ledger | undefined,
): void {
  const app = untyped.withTypeProvider<TypeBoxTypeProvider>();

  app.put("/v1/accounts/:id", { schema: open, onRequest }, async (request, reply) => {
    const { accounts } = requiredLedger(given);
    const caller = requiredCaller(request);
    const { id } = request.params;
    const { currency, closed } = request.body;
    const opened = await accounts.open(id, caller, request.body);
    if (opened) return reply.code(201).send(opened.account);
    const found = await accounts.find(id);
    if (found?.owner !== caller || found.account.currency !== currency) {
      throw new ProblemError(409, "the id is that of another account");
    }
    const { account } = (closed && (await accounts.close(id, caller))) || found;
    return reply.code(200).send(account);
  });

  app.post("/v1/accounts/:id/close", { schema: close, onRequest }, async (request) => {
    const closed = await requiredLedger(given).accounts.close(
      request.params.id,
      requiredCaller(request),
    );
    if (!closed) throw new ProblemError(404, "the caller has no account with this id");
    return closed.account;
  });
}

const params = Type.Object({ id: Id });

const open = {
  summary: "Have an account take its caller's transactions",
  description: "The same request again changes nothing, and does not open a closed account.",
  security: BEARER,
  params,
  body: NewAccount,
  response: {
    200: { description: "Was known", ...Account },
    201: { description: "Is new", ...Account },
    ...problemResponses({
      ...CALLER_PROBLEMS,
      409: "The id belongs to another caller, or to an account in another currency",
      413: "The body is too large",
      415: "The body is not application/json",
    }),
  },
};

const close = {
  summary: "Have an account take no more transactions",
  description: "Once this is answered, none is taken. The same request again changes nothing.",
  security: BEARER,
  params,
  response: {
    200: { description: "Closed", ...Account },
    ...problemResponses({ ...CALLER_PROBLEMS, 404: "The caller has no account with this id" }),
  },
};
