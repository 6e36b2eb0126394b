import { Ajv, type ErrorObject, type Options } from "ajv";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { Type, type Static } from "typebox";

/** More wrong fields than anybody mends by hand; a body of nonsense shall not make a long answer. */
const MAXIMUM_ERRORS = 50;
const MAXIMUM_NAME = 64;

export const FieldError = Type.Object({ field: Type.String(), detail: Type.String() });
export type FieldError = Static<typeof FieldError>;

const RFC_3339 =
  /^\d{4}-\d{2}-(\d{2})[Tt]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)$/;
const END_OF_TIME = Date.UTC(10_000, 0);

/**
 * RFC 3339 without leap seconds, which JavaScript has not, and with nothing that PostgreSQL would
 * not take once it is in UTC.
 */
export function isTimestamp(text: string): boolean {
  const day = RFC_3339.exec(text)?.[1];
  if (day === undefined) return false;
  const time = Date.parse(text.toUpperCase());
  // JavaScript takes 30 February for 2 March.
  const written = new Date(Date.parse(`${text.slice(0, 10)}T00:00:00Z`));
  return time >= 0 && time < END_OF_TIME && written.getUTCDate() === Number(day);
}

const options: Options = {
  allErrors: true,
  strict: false,
  formats: { "date-time": isTimestamp },
};

/** A body is taken as it is: `"5"` is no amount, and an unknown field is a mistake. */
const bodies = new Ajv(options);
/** What stands in an address is text, whatever it means. */
const texts = new Ajv({ ...options, coerceTypes: true, useDefaults: true });

export function validateStrictly(app: FastifyInstance): void {
  app.setValidatorCompiler(({ schema, httpPart }) =>
    (httpPart === "body" ? bodies : texts).compile(schema as object),
  );
}

/** Every wrong field. Fastify itself stops at the first part of a request that is wrong. */
export function wrongFields(request: FastifyRequest): FieldError[] {
  const parts = [
    ["params", request.params],
    ["querystring", request.query],
    ["headers", request.headers],
    ["body", request.body],
  ] as const;
  return parts
    .flatMap(([part, value]) => {
      const validate = request.getValidationFunction(part);
      if (!validate || validate(value)) return [];
      // The compilers above are Ajv's, whatever Fastify's types leave open.
      return (validate.errors as ErrorObject[]).map((error) => fieldError(part, error));
    })
    .slice(0, MAXIMUM_ERRORS);
}

function fieldError(part: string, error: ErrorObject): FieldError {
  const params: Readonly<Record<string, unknown>> = error.params;
  const inside = params["missingProperty"] ?? params["additionalProperty"] ?? "";
  const name = `${error.instancePath.slice(1)}${String(inside)}`.slice(0, MAXIMUM_NAME);
  return { field: name || part, detail: detailOf(error) };
}

function detailOf(error: ErrorObject): string {
  switch (error.keyword) {
    case "required":
      return "is required";
    case "additionalProperties":
      return "is not known";
    case "enum":
      return "is none of the codes that are known";
    case "format":
      return "must be an RFC 3339 time from 1970 to 9999";
    default:
      return error.message ?? "is not valid";
  }
}
