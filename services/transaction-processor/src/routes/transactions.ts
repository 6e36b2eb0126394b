import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type { FastifyInstance } from "fastify";
import { Type } from "typebox";
import { decodeCursor, encodeCursor } from "../cursor.js";
import type { AccountStore } from "../account-store.js";
import { ProblemError } from "../http/problem-error.js";
import { requiredCaller, type CallerHooks } from "../identity/callers.js";
import { requiredLedger, type Ledger } from "../ledger.js";
import { BEARER } from "../openapi.js";
import { summarize } from "../summary.js";
import { CALLER_PROBLEMS, problemResponses } from "../schemas/problem.js";
import {
  Id,
  NewTransaction,
  Summary,
  Transaction,
  TransactionPage,
} from "../schemas/transaction.js";

const DEFAULT_LIMIT = 20;

const ofAccount = Type.Object({ accountId: Id }, { additionalProperties: false });
const PROBLEMS = {
  ...CALLER_PROBLEMS,
  404: "The caller has no such account or transaction",
};

/** Public: each acts for its caller, on the caller's own accounts. */
export function transactionRoutes(
  untyped: FastifyInstance,
  onRequest: CallerHooks["required"],
  ledger: Ledger | undefined,
): void {
  const app = untyped.withTypeProvider<TypeBoxTypeProvider>();
  takeRoute(untyped, onRequest, ledger);
  listRoute(untyped, onRequest, ledger);

  app.get("/v1/transactions/summary", { schema: summary, onRequest }, async (request) => {
    const { database, accounts } = requiredLedger(ledger);
    const { accountId } = request.query;
    await checkOwner(accounts, accountId, requiredCaller(request));
    return summarize(database, accountId);
  });

  app.get("/v1/transactions/:id", { schema: read, onRequest }, async (request) => {
    const { store } = requiredLedger(ledger);
    const row = await store.findOwn(request.params.id, requiredCaller(request));
    if (!row) throw new ProblemError(404, "the caller has no transaction with this id");
    return row.transaction;
  });
}

function takeRoute(
  untyped: FastifyInstance,
  onRequest: CallerHooks["required"],
  ledger: Ledger | undefined,
): void {
  const app = untyped.withTypeProvider<TypeBoxTypeProvider>();
  app.post("/v1/transactions", { schema: take, onRequest }, async (request, reply) => {
    const { "idempotency-key": key, authorization = "" } = request.headers;
    const caller = { caller: requiredCaller(request), authorization, key };
    const answer = await requiredLedger(ledger).processor.take(caller, request.body);
    if (answer.replayed) void reply.header("idempotency-replayed", "true");
    void reply.header("location", `/v1/transactions/${answer.transaction.id}`);
    return reply.code(answer.status).send(answer.transaction);
  });
}

function listRoute(
  untyped: FastifyInstance,
  onRequest: CallerHooks["required"],
  ledger: Ledger | undefined,
): void {
  const app = untyped.withTypeProvider<TypeBoxTypeProvider>();
  app.get("/v1/transactions", { schema: list, onRequest }, async (request) => {
    const { query } = request;
    const after = query.cursor === undefined ? undefined : decodeCursor(query.cursor);
    if (query.cursor !== undefined && !after) {
      const errors = [{ parameter: "cursor", detail: "is none that this service gave" }];
      throw new ProblemError(400, "the request is not valid", { errors });
    }
    const { store, accounts } = requiredLedger(ledger);
    await checkOwner(accounts, query.accountId, requiredCaller(request));
    const limit = query.limit ?? DEFAULT_LIMIT;
    // One more than is asked for tells whether there is another page.
    const rows = await store.list(query.accountId, limit + 1, after);
    const items = rows.slice(0, limit).map(({ transaction }) => transaction);
    const last = rows.length > items.length ? items.at(-1) : undefined;
    return { items, nextCursor: last ? encodeCursor(last) : null };
  });
}

/** An account that has an owner keeps it, so that what is read after this is the caller's own. */
async function checkOwner(accounts: AccountStore, id: string, caller: string): Promise<void> {
  const found = await accounts.find(id);
  if (found?.owner !== caller) {
    throw new ProblemError(404, "the caller has no account with this id");
  }
}

const take = {
  summary: "Take a transaction and have it decided",
  description: `Answers when the transaction and its outcome are stored: 201 with a decision, or 202
while fraud-detection cannot decide; it is decided later then. The same Idempotency-Key with the same
body gives the same answer again, for as long as the transaction is kept; keys are per caller. An
account's transactions are decided in the order in which they are taken.`,
  security: BEARER,
  headers: Type.Object({
    "idempotency-key": Type.String({
      pattern: "^[!-~]{1,255}$",
      description: "Visible ASCII, such as a UUID that the caller keeps for its repetitions",
    }),
  }),
  body: NewTransaction,
  response: {
    201: { description: "Decided", ...Transaction },
    202: { description: "Pending", ...Transaction },
    ...problemResponses({
      ...CALLER_PROBLEMS,
      409: "The account is closed, or the key was used with another body or, with Retry-After, is in use",
      413: "The body is too large",
      415: "The body is not application/json",
      422: "`/accountId` is no account of the caller, or `/currency` is not the account's",
    }),
  },
};

const list = {
  summary: "The transactions of an account, newest first",
  security: BEARER,
  querystring: Type.Object(
    {
      accountId: Id,
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: DEFAULT_LIMIT })),
      cursor: Type.Optional(
        Type.String({ maxLength: 200, description: "nextCursor of the page before" }),
      ),
    },
    { additionalProperties: false },
  ),
  response: { 200: TransactionPage, ...problemResponses(PROBLEMS) },
};

const summary = {
  summary: "How many transactions of which sum, by currency and status",
  security: BEARER,
  querystring: ofAccount,
  response: { 200: Summary, ...problemResponses(PROBLEMS) },
};

const read = {
  summary: "One transaction",
  security: BEARER,
  params: Type.Object({ id: Id }),
  response: {
    200: Transaction,
    ...problemResponses(PROBLEMS),
  },
};
