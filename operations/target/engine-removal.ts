import { setTimeout as pause } from "node:timers/promises";
import type Docker from "dockerode";
import { REMOVAL_SECONDS } from "../../spec/limits";
import { Failure } from "../terminal/run";
import { hasStatus, isNotFound } from "./engine-answer";

const RETRY_MS = 250;

/**
 * Removes a container with its processes and its nameless volumes, and returns once it is gone: while
 * another program removes it, the engine refuses to do it twice and still lists it.
 *
 * @param limit when to give up. @default after `REMOVAL_SECONDS`
 * @throws Failure if it is not gone by then
 */
export async function removeContainer(
  docker: Docker,
  id: string,
  limit = AbortSignal.timeout(REMOVAL_SECONDS * 1000),
): Promise<void> {
  const container = docker.getContainer(id);
  try {
    while (!(await isGone(container.remove({ force: true, v: true, abortSignal: limit })))) {
      await pause(RETRY_MS, undefined, { signal: limit });
    }
  } catch (error) {
    if (!limit.aborted) throw error;
    const name = id.slice(0, 12);
    throw new Failure([
      `The engine has not removed the container ${name} within ${REMOVAL_SECONDS} s.`,
      `To see why: docker inspect --format '{{json .State}}' ${name}`,
    ]);
  }
}

/**
 * Whether a removal has succeeded or there was nothing to remove; false while something uses the object.
 *
 * @param inUse the engine's status for that: 403 for a network. @default 409
 */
export async function isGone(removal: Promise<unknown>, inUse = 409): Promise<boolean> {
  try {
    await removal;
    return true;
  } catch (error) {
    if (isNotFound(error)) return true;
    if (hasStatus(error, inUse)) return false;
    throw error;
  }
}
