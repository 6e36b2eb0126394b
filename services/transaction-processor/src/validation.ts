import { Ajv, type Options } from "ajv";
import type { FastifyInstance } from "fastify";
import { isCardNumber } from "./card-number.js";
import { isTimestamp } from "./timestamp.js";

const options: Options = {
  allErrors: true,
  strict: false,
  formats: { "date-time": isTimestamp, "card-fingerprint": (text) => !isCardNumber(text) },
};

/** A body is taken as it is: `"5"` is no amount, and an unknown field is a mistake. */
const bodies = new Ajv(options);
/** What stands in an address is text, whatever it means. */
const texts = new Ajv({ ...options, coerceTypes: true });

export function validateStrictly(app: FastifyInstance): void {
  app.setValidatorCompiler(({ schema, httpPart }) =>
    // Fastify leaves open what a schema is; here all are TypeBox's.
    (httpPart === "body" ? bodies : texts).compile(schema as object),
  );
}
