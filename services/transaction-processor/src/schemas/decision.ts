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

/** A payment as fraud-detection sees it. */
interface Payment extends Pick<
  Transaction,
  "amount" | "currency" | "country" | "merchantCategory" | "card"
> {
  /** When this service took it: the caller's own statement could hide a payment from every rule. */
  readonly occurredAt: string;
}

/** What fraud-detection is asked about. */
export interface Question extends Payment {
  readonly id: string;
  readonly accountId: string;
}

/** An earlier transaction of the account, as fraud-detection wants to know it. */
export interface Precedent extends Payment {
  readonly decision: Decision["decision"];
}

export const STATUS_OF: Readonly<Record<Decision["decision"], Status>> = {
  approve: "approved",
  review: "review",
  decline: "declined",
};
