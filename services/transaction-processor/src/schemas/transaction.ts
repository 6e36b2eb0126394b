import { Type, type Static } from "typebox";
import { COUNTRIES, CURRENCIES } from "../iso-codes.js";

/** Minor units: cents, pence, yen. One million times the largest sum that a card pays. */
export const MAXIMUM_AMOUNT = 1_000_000_000_000;

const UUID = "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$";

export const Id = Type.String({ pattern: UUID, description: "A UUID" });
export const Timestamp = Type.String({
  format: "date-time",
  description: "RFC 3339, from 1970 to 9999, kept to the millisecond",
});
const Count = Type.Integer({ minimum: 0 });

const details = {
  accountId: Id,
  amount: Type.Integer({
    minimum: 1,
    maximum: MAXIMUM_AMOUNT,
    description: "In minor units of the currency",
  }),
  currency: Type.String({ enum: [...CURRENCIES], description: "ISO 4217" }),
  country: Type.String({ enum: [...COUNTRIES], description: "ISO 3166-1 alpha-2" }),
  merchantCategory: Type.String({ pattern: "^[0-9]{4}$", description: "ISO 18245" }),
  card: Type.String({
    pattern: "^[ -~]{1,64}$",
    minLength: 1,
    maxLength: 64,
    description: "A fingerprint of the card in ASCII; what passes as a card's number is refused",
  }),
};

/** What a caller gives. */
export const NewTransaction = Type.Object(
  {
    ...details,
    card: Type.String({ ...details.card, format: "card-fingerprint" }),
    occurredAt: Type.Optional(
      Type.String({
        ...Timestamp,
        description: "The caller's statement, which is kept and judges nothing; RFC 3339",
      }),
    ),
  },
  { additionalProperties: false },
);
export type NewTransaction = Static<typeof NewTransaction>;

export const STATUSES = ["approved", "review", "declined", "pending"] as const;
export const Status = Type.String({ enum: [...STATUSES] });
export type Status = (typeof STATUSES)[number];

export const Reason = Type.Object({
  rule: Type.String(),
  points: Type.Number(),
  detail: Type.String(),
});
export type Reason = Static<typeof Reason>;

/** What a caller gets. */
export const Transaction = Type.Object({
  id: Id,
  ...details,
  occurredAt: Timestamp,
  status: Status,
  score: Type.Union([Type.Integer({ minimum: 0, maximum: 100 }), Type.Null()]),
  reasons: Type.Array(Reason),
  createdAt: Timestamp,
  decidedAt: Type.Union([Timestamp, Type.Null()]),
});
export type Transaction = Omit<Static<typeof Transaction>, "status"> & { status: Status };

export const TransactionPage = Type.Object({
  items: Type.Array(Transaction),
  nextCursor: Type.Union([Type.String(), Type.Null()], {
    description: "For the query of the next page; null on the last",
  }),
});

const Total = Type.Object({
  count: Count,
  amount: Type.String({
    pattern: "^[0-9]+$",
    description: "Minor units in decimal digits: a sum may be larger than a JSON number is exact",
  }),
});

export const Summary = Type.Object({
  accountId: Id,
  currencies: Type.Array(
    Type.Object({
      currency: Type.String(),
      approved: Total,
      review: Total,
      declined: Total,
      pending: Total,
    }),
  ),
});
export type Summary = Static<typeof Summary>;
