import * as z from "zod/mini";
import { entry, isObject, named, rule, text } from "../schema";
import type { Build, SecretPlace } from "./build";
import { variable } from "./variable";

type Secrets = NonNullable<Build["secrets"]>;

/** Never shows what was given: somebody may have written a secret there. */
const secrets = z.custom<Secrets>((value) => isNames(value) || arePlaces(value), {
  error:
    'must be names, or the place of each: ["NPM_TOKEN"], { npmrc: { file: ".npmrc" } } or { token: { variable: "NPM_TOKEN" } }; a secret itself is never written here',
});

function isNames(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((name) => typeof name === "string");
}

function arePlaces(value: unknown): value is Readonly<Record<string, SecretPlace>> {
  return isObject(value) && Object.values(value).every(isPlace);
}

function isPlace(value: unknown): boolean {
  if (!isObject(value)) return false;
  const [[word, place] = [], ...others] = Object.entries(value);
  return (
    others.length === 0 &&
    (word === "variable" || word === "file") &&
    typeof place === "string" &&
    place !== ""
  );
}

/** The shape of `build`; what the words mean is checked by `buildProblems`. */
export const build = entry<Build>()(
  'how the image is built: { context: ".", target: "production" }',
  {
    context: z.exactOptional(text("a folder of the project")),
    dockerfile: z.exactOptional(text("the path of a Dockerfile in the project")),
    target: z.exactOptional(text("the name of a stage in the Dockerfile")),
    arguments: z.exactOptional(named('build arguments such as { VERSION: "1" }', variable)),
    secrets: z.exactOptional(secrets),
    cache: z.exactOptional(rule<boolean>("true or false", (value) => typeof value === "boolean")),
  },
);
