import { UNPRIVILEGED } from "../../spec/images";
import { type Arguments, finalStage, stagesOf } from "./stages";

/** As the engine reads a user: no name stands for root, and `+00` is a number. */
const ROOT = /^(root|[+-]?0+)?(:|$)/;

/**
 * Whom an image runs as in its probe and its task: the user that its Dockerfile names, or one of the
 * platform's if it names none, or root.
 *
 * What a base image sets is unknown before it is fetched, so the Dockerfile must name the user, by a
 * variable only if it sets it. The builder takes one that nothing sets for root.
 */
export function imageUser(dockerfile: string, target?: string, given?: Arguments): string {
  const user = userIn(dockerfile, target, given);
  return user === undefined || ROOT.test(user) ? UNPRIVILEGED : user;
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
