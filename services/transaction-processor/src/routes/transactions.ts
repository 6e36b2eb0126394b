import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type { FastifyInstance } from "fastify";
import { Type } from "typebox";
import { decodeCursor, encodeCursor } from "../cursor.js";
import type { Database } from "../database.js";
import { ProblemError } from "../problems.js";
import type { Processor } from "../processor.js";
import { summarize } from "../summary.js";
import type { TransactionStore } from "../transaction-store.js";
import { problemResponses } from "../schemas/problem.js";
import {
  Id,
  NewTransaction,
  Summary,
  Transaction,
  TransactionPage,
} from "../schemas/transaction.js";

/** What the routes need, if there is a database. */
export interface Ledger {
  readonly database: Database;
  readonly store: TransactionStore;
  readonly processor: Processor;
}

const DEFAULT_LIMIT = 20;

const ofAccount = Type.Object({ accountId: Id }, { additionalProperties: false });
const PROBLEMS = {
  400: "The request is not valid: `errors` names each wrong field",
  503: "The database is not there; Retry-After says when to come again",
};

export function transactionRoutes(untyped: FastifyInstance, given: Ledger | undefined): void {
  const app = untyped.withTypeProvider<TypeBoxTypeProvider>();
  const ledger = (): Ledger => {
    if (!given) throw new ProblemError(503, "no database is configured");
    return given;
  };

  app.post("/v1/transactions", { schema: take }, async (request, reply) => {
    const { "idempotency-key": key } = request.headers;
    const answer = await ledger().processor.take(key, request.body, request.log);
    if (answer.replayed) void reply.header("idempotency-replayed", "true");
    void reply.header("location", `/v1/transactions/${answer.transaction.id}`);
    return reply.code(answer.status).send(answer.transaction);
  });

  app.get("/v1/transactions", { schema: list }, async ({ query }) => {
    const after = query.cursor === undefined ? undefined : decodeCursor(query.cursor);
    if (query.cursor !== undefined && !after) {
      const errors = [{ parameter: "cursor", detail: "is none that this service gave" }];
      throw new ProblemError(400, "the request is not valid", { errors });
    }
    const limit = query.limit ?? DEFAULT_LIMIT;
    // One more than is asked for tells whether there is another page.
    const rows = await ledger().store.list(query.accountId, limit + 1, after);
    const items = rows.slice(0, limit).map(({ transaction }) => transaction);
    const last = rows.length > items.length ? items.at(-1) : undefined;
    return { items, nextCursor: last ? encodeCursor(last) : null };
  });

  app.get("/v1/transactions/summary", { schema: summary }, async ({ query }) =>
    summarize(ledger().database, query.accountId),
  );

  app.get("/v1/transactions/:id", { schema: read }, async ({ params }) => {
    const row = await ledger().store.find(params.id);
    if (!row) throw new ProblemError(404, "there is no transaction with this id");
    return row.transaction;
  });
}

const take = {
  summary: "Take a transaction and have it decided",
  description: `Answers when the transaction and its outcome are stored: 201 with a decision, or 202
while fraud-detection cannot decide; it is decided later then. The same Idempotency-Key with the same
body gives the same answer again, for as long as the transaction is kept; keys are not per account.`,
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
      ...PROBLEMS,
      409: "The key was used with another body, or, with Retry-After, is in use now",
      413: "The body is too large",
      415: "The body is not application/json",
    }),
  },
};

const list = {
  summary: "The transactions of an account, newest first",
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
  querystring: ofAccount,
  response: { 200: Summary, ...problemResponses(PROBLEMS) },
};

const read = {
  summary: "One transaction",
  params: Type.Object({ id: Id }),
  response: {
    200: Transaction,
    ...problemResponses({ ...PROBLEMS, 404: "There is none with this id" }),
  },
};
