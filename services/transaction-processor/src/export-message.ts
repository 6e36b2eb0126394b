import { Type, type Static } from "typebox";
import { Compile } from "typebox/compile";

/**
 * What bookkeeping gets of a transaction whose decision is final: the body of a message in the queue
 * `exports`, and an object in the bucket `statements`. A transaction is decided once, so all of its
 * messages are the same, and a repeated one changes nothing.
 *
 * Every change of the fields raises `schemaVersion`, and is understood by daily-totals and
 * transaction-export before transaction-processor sends it: what they do not know they refuse, because
 * a field that is dropped unseen is missing in the books. There is nothing of the card in it.
 */
export const ExportMessage = Type.Object(
  {
    schemaVersion: Type.Literal(1),
    id: Type.String({ pattern: "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$" }),
    accountId: Type.String({ pattern: "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$" }),
    /** In minor units (cents, pence, yen), as text: no reader shall make a floating point of it. */
    amount: Type.String({ pattern: "^[1-9][0-9]{0,12}$" }),
    /** ISO 4217 */
    currency: Type.String({ pattern: "^[A-Z]{3}$" }),
    /** ISO 18245 */
    merchantCategory: Type.String({ pattern: "^[0-9]{4}$" }),
    /** ISO 3166-1 alpha-2 */
    country: Type.String({ pattern: "^[A-Z]{2}$" }),
    status: Type.Union([
      Type.Literal("approved"),
      Type.Literal("review"),
      Type.Literal("declined"),
    ]),
    /** RFC 3339 in UTC, to the millisecond. Its date is the day that the transaction is booked on. */
    decidedAt: Type.String({
      pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[.][0-9]{3}Z$",
    }),
  },
  { additionalProperties: false },
);
export type ExportMessage = Static<typeof ExportMessage>;

/** A text that is no message of this version. The error holds no value of it. */
export class NotUnderstood extends Error {}

const schema = Compile(ExportMessage);
const FIELDS = Object.keys(ExportMessage.properties);

/** Reads a message; throws `NotUnderstood` with every field that is wrong. */
export function readExport(text: string): ExportMessage {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    throw new NotUnderstood("it is no JSON");
  }
  if (!schema.Check(given)) throw new NotUnderstood(`it has wrong ${wrongFields(given)}`);
  if (!isTime(given.decidedAt)) throw new NotUnderstood("it has wrong decidedAt");
  return given;
}

/** Their names, unless they are unknown: such a one may be anything. */
function wrongFields(given: unknown): string {
  const found = schema.Errors(given).map(({ instancePath }) => instancePath);
  const fields = given instanceof Object ? given : {};
  const wrong = FIELDS.filter((field) => found.includes(`/${field}`) || !(field in fields));
  return wrong.join(", ") || "unknown fields";
}

/** The same text for the same message, whatever the order of its fields was. */
export function writeExport(message: ExportMessage): string {
  const { schemaVersion, id, accountId, amount, currency } = message;
  const { merchantCategory, country, status, decidedAt } = message;
  return JSON.stringify({
    ...{ schemaVersion, id, accountId, amount, currency },
    ...{ merchantCategory, country, status, decidedAt },
  });
}

/** JavaScript takes 30 February for 2 March. */
function isTime(text: string): boolean {
  const time = new Date(text);
  return !Number.isNaN(time.getTime()) && time.toISOString() === text;
}
