import { Type, type Static } from "typebox";
import { CURRENCIES } from "../iso-codes.js";
import { Id } from "./transaction.js";

const Currency = Type.String({ enum: [...CURRENCIES], description: "ISO 4217" });

export const NewAccount = Type.Object(
  {
    currency: Currency,
    closed: Type.Optional(
      Type.Boolean({ description: "It takes no transaction from the start", default: false }),
    ),
  },
  { additionalProperties: false },
);
export type NewAccount = Static<typeof NewAccount>;

export const Account = Type.Object({
  id: Id,
  currency: Currency,
  status: Type.Enum(["open", "closed"], { type: "string" }),
});
export type Account = Static<typeof Account>;
