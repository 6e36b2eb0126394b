import { type Static, Type } from "typebox";

/** More entries than this tell nothing new about an account, and cost time in every request. */
export const MAXIMUM_HISTORY = 200;

const Decision = Type.Enum(["approve", "review", "decline"], { type: "string" });

const payment = {
  amount: Type.Integer({
    minimum: 1,
    maximum: 1_000_000_000_000,
    description: "In minor units of the currency: 1050 is EUR 10.50",
  }),
  currency: Type.String({ pattern: "^[A-Z]{3}$", description: "ISO 4217" }),
  country: Type.String({ pattern: "^[A-Z]{2}$", description: "ISO 3166-1 alpha-2" }),
  merchantCategory: Type.String({ pattern: "^[0-9]{4}$", description: "ISO 18245" }),
  card: Type.String({
    minLength: 1,
    maxLength: 64,
    description: "A fingerprint that is the same for the same card; never the card's number",
  }),
  occurredAt: Type.String({
    format: "date-time",
    description: "When the calling service took it, by its own clock and not by its caller's word",
  }),
};

const Transaction = Type.Object(
  {
    id: Type.String({ format: "uuid" }),
    accountId: Type.String({ format: "uuid" }),
    ...payment,
    // Not in the history: what was once kept must not keep an account from being judged.
    card: Type.String({ ...payment.card, format: "card-fingerprint" }),
  },
  { additionalProperties: false },
);

const HistoryEntry = Type.Object(
  { ...payment, decision: Decision },
  { additionalProperties: false },
);

export const ScoreRequest = Type.Object(
  {
    transaction: Transaction,
    history: Type.Array(HistoryEntry, {
      maxItems: MAXIMUM_HISTORY,
      description: "The account's other transactions, in any order, best the latest ones",
    }),
  },
  { additionalProperties: false },
);

export const ScoreResult = Type.Object({
  score: Type.Integer({ minimum: 0, maximum: 100 }),
  decision: Decision,
  reasons: Type.Array(
    Type.Object({ rule: Type.String(), points: Type.Integer(), detail: Type.String() }),
    { description: "The rules that apply, in the order of the table of rules" },
  ),
  rulesVersion: Type.String({ description: "Changes with every change of the rules" }),
});

export type Decision = Static<typeof Decision>;
export type Transaction = Static<typeof Transaction>;
export type HistoryEntry = Static<typeof HistoryEntry>;
export type ScoreRequest = Static<typeof ScoreRequest>;
export type ScoreResult = Static<typeof ScoreResult>;
