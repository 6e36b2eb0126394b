import { UNPRIVILEGED } from "../../spec/images";
import { type Arguments, finalStage, stagesOf } from "./stages";

/** As the engine reads a user: no name stands for root, and `+00` is a number. */
const ROOT = /^(root|[+-]?0+)?(:|$)/;

/**
 * The user that replaces an image's own in its probe and its task: an image that names no user, or root,
 * runs as one of the platform's. `undefined` where the image has a user of its own.
 *
 * What a base image sets is unknown before it is fetched, so the Dockerfile must name the user, by a
 * variable only if it sets it. The builder takes one that nothing sets for root.
 */
export function replacedUser(
  dockerfile: string,
  target?: string,
  given?: Arguments,
): string | undefined {
  const user = userIn(dockerfile, target, given);
  return user === undefined || ROOT.test(user) ? UNPRIVILEGED : undefined;
}

/**
 * The user that a stage of a Dockerfile sets, itself or in a stage that it continues.
 *
 * @param target the stage that is built. @default the last one
 * @see https://docs.docker.com/reference/dockerfile/#user
 */
export function userIn(dockerfile: string, target?: string, given?: Arguments): string | undefined {
  return finalStage(stagesOf(dockerfile, given), target)?.user;
}
