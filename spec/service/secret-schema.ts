import * as z from "zod/mini";
import { isObject } from "../schema";
import type { ServiceSecrets } from "./secrets";

/** Never shows what was given: somebody may have written the secret itself. */
export const secrets = z.custom<ServiceSecrets>((value) => isNames(value) || areSources(value), {
  error:
    'must be names, or true or an ARN by each name: ["STRIPE_KEY"], or { STRIPE_KEY: true, LICENSE: "arn:aws:secretsmanager:…" }; a secret itself is never written here: npx platform secret set',
});

function isNames(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((name) => typeof name === "string");
}

/** An ARN's parts are checked by `secretProblems`, which may show them. */
function areSources(value: unknown): boolean {
  return (
    isObject(value) &&
    Object.values(value).every(
      (source) => source === true || (typeof source === "string" && source.startsWith("arn:")),
    )
  );
}
