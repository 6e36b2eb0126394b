import * as z from "zod/mini";
import { given, named } from "../schema";

/** The name of a variable or of a build argument. JavaScript may take `__proto__` for something else. */
export const VARIABLE = /^(?!__proto__$)[A-Za-z_][A-Za-z0-9_]*$/;

/** Variables that the platform sets itself. */
export const RESERVED_VARIABLE =
  /^(PORT|SERVICE_NAME|DRAIN_SECONDS|DATABASE_.*|IDENTITY_.*|AWS_.*|ECS_.*)$/;

/** Those names, in messages. */
export const RESERVED_NAMES =
  "PORT, SERVICE_NAME, DRAIN_SECONDS, DATABASE_*, IDENTITY_*, AWS_* and ECS_* are reserved for the platform";

/** A variable that the shell lacks is `undefined`, whatever `process.env.X!` says. */
export const variable = z.custom<string>(
  (value) => typeof value === "string" && !value.includes("\0"),
  {
    error: ({ input }) => {
      if (input === undefined)
        return 'is not set: its value is undefined, as for a variable that the shell does not have; set that variable, or give a default: process.env["…"] ?? "…"';
      if (typeof input === "string") return `${given(input)}; it cannot contain a NUL character`;
      const text = typeof input === "number" || typeof input === "boolean";
      return `${given(input)}; it must be text${text ? `: ${JSON.stringify(String(input))}` : ""}`;
    },
  },
);

/** Plain variables by name; which names are allowed is checked by `variableProblems`. */
export const variables = named('variables such as { LOG_LEVEL: "info" }', variable);
