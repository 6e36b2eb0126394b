import { Type, type Static } from "typebox";
import type { Status, Transaction } from "./transaction.js";
import { Reason } from "./transaction.js";

/** What fraud-detection answers. */
export const Decision = Type.Object({
  score: Type.Integer({ minimum: 0, maximum: 100 }),
  decision: Type.Union([Type.Literal("approve"), Type.Literal("review"), Type.Literal("decline")]),
  reasons: Type.Array(Reason),
  rulesVersion: Type.String(),
});
export type Decision = Static<typeof Decision>;

/** What fraud-detection is asked about. */
export type Candidate = Pick<
  Transaction,
  | "id"
  | "accountId"
  | "amount"
  | "currency"
  | "country"
  | "merchantCategory"
  | "card"
  | "occurredAt"
>;

/** An earlier transaction of the account, as fraud-detection wants to know it. */
export type Precedent = Omit<Candidate, "id" | "accountId"> & {
  readonly decision: Decision["decision"];
};

export const STATUS_OF: Readonly<Record<Decision["decision"], Status>> = {
  approve: "approved",
  review: "review",
  decline: "declined",
};
