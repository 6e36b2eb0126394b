import type { FastifySchemaValidationError } from "fastify";
import type { Problem } from "./schemas/problem.js";

/** What a validator found, field by field, in the form of RFC 9457's example. */
export function wrongFields(
  found: readonly FastifySchemaValidationError[],
): NonNullable<Problem["errors"]> {
  return found.map(({ instancePath, params, message = "is wrong" }) => {
    const { missingProperty, additionalProperty } = params;
    if (typeof missingProperty === "string") {
      return { pointer: pointer(instancePath, missingProperty), detail: "is required" };
    }
    if (typeof additionalProperty === "string") {
      return { pointer: pointer(instancePath, additionalProperty), detail: "is not known" };
    }
    return { pointer: `#${instancePath}`, detail: message };
  });
}

function pointer(parent: string, property: string): string {
  return `#${parent}/${encodeURIComponent(property.replaceAll("~", "~0").replaceAll("/", "~1"))}`;
}
