import { readFileSync } from "node:fs";
import { UNPRIVILEGED } from "../../spec/images";
import { pathOf } from "./context/byte-string";
import { findFile } from "./context/linked-file";

const ROOT = /^(root|0+)(:|$)/;

/**
 * The user that replaces an image's own in its probe and its task: an image that names no user, or root,
 * runs as one of the platform's. `undefined` where the image has a user of its own.
 *
 * What a base image sets is unknown before it is fetched, so the Dockerfile must name the user.
 */
export function replacedUser(context: string): string | undefined {
  const file = findFile(context, "Dockerfile");
  // The build fails, with a message of its own.
  if (!file) return undefined;
  const user = userIn(readFileSync(pathOf(file.path), "utf8"));
  return user === undefined || ROOT.test(user) ? UNPRIVILEGED : undefined;
}

/**
 * The user that the last stage of a Dockerfile sets, itself or in a stage that it continues.
 *
 * @see https://docs.docker.com/reference/dockerfile/#user
 */
export function userIn(dockerfile: string): string | undefined {
  const users = new Map<string, string | undefined>();
  let stage = "";
  let stages = 0;
  for (const [, instruction = "", rest = ""] of instructionsOf(dockerfile)) {
    const words = rest.trim().split(/\s+/);
    if (instruction.toUpperCase() === "FROM") {
      const [base = "", , name] = words.filter((word) => !word.startsWith("--"));
      const inherited = users.get(base.toLowerCase());
      stage = (name ?? String(stages)).toLowerCase();
      users.set(stage, inherited);
      stages += 1;
    }
    if (instruction.toUpperCase() === "USER") users.set(stage, words[0]?.replace(/^"(.*)"$/, "$1"));
  }
  return users.get(stage);
}

function instructionsOf(dockerfile: string) {
  return dockerfile
    .replace(/^[ \t]*#.*\n?/gm, "")
    .replace(/\\[ \t]*\r?\n/g, " ")
    .matchAll(/^[ \t]*(FROM|USER)[ \t]+(.*)$/gim);
}
