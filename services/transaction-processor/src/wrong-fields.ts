import type { FastifyRequest, FastifySchemaValidationError } from "fastify";
import type { FieldError } from "./schemas/problem.js";

/** More than anybody mends by hand; a body of nonsense shall not make a long answer. */
const MAXIMUM_ERRORS = 50;
const MAXIMUM_NAME = 64;

type Part = "params" | "querystring" | "headers" | "body";

/** Every wrong field. Fastify itself stops at the first part of a request that is wrong. */
export function wrongFields(request: FastifyRequest): FieldError[] {
  const parts: readonly [Part, unknown][] = [
    ["params", request.params],
    ["querystring", request.query],
    ["headers", request.headers],
    ["body", request.body],
  ];
  return parts.flatMap(([part, value]) => {
    const validate = request.getValidationFunction(part);
    if (!validate || validate(value)) return [];
    // Fastify types them as null, and the compilers are Ajv's.
    const found = (validate.errors ?? []) as unknown as FastifySchemaValidationError[];
    return found.slice(0, MAXIMUM_ERRORS).map((error) => fieldError(part, error));
  });
}

function fieldError(part: Part, error: FastifySchemaValidationError): FieldError {
  const { missingProperty, additionalProperty } = error.params;
  const property = [missingProperty, additionalProperty].find((name) => typeof name === "string");
  const detail = detailOf(error);
  if (part === "body") {
    const suffix = property === undefined ? "" : `/${escaped(property.slice(0, MAXIMUM_NAME))}`;
    return { pointer: `#${error.instancePath}${suffix}`, detail };
  }
  const name = (property ?? error.instancePath.slice(1)).slice(0, MAXIMUM_NAME);
  return part === "headers" ? { header: name, detail } : { parameter: name, detail };
}

/** As in a JSON pointer, and well-formed: a name from outside may be half of a character. */
function escaped(name: string): string {
  const pointer = name.replaceAll("~", "~0").replaceAll("/", "~1");
  return encodeURIComponent(Buffer.from(pointer).toString());
}

/** Never with the value. */
const FORMATS: Readonly<Record<string, string>> = {
  "date-time": "must be an RFC 3339 time from 1970 to 9999",
  "card-fingerprint": "passes as a card's number; send a fingerprint of it",
};

function detailOf({ keyword, params, message }: FastifySchemaValidationError): string {
  switch (keyword) {
    case "required":
      return "is required";
    case "additionalProperties":
      return "is not known";
    case "enum":
      return "is none of the known codes";
    case "format":
      return FORMATS[String(params["format"])] ?? message ?? "is wrong";
    default:
      return message ?? "is wrong";
  }
}
