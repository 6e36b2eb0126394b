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
 * @throws Failure if it is not gone after `REMOVAL_SECONDS`
 */
export async function removeContainer(docker: Docker, id: string): Promise<void> {
  const abortSignal = AbortSignal.timeout(REMOVAL_SECONDS * 1000);
  const container = docker.getContainer(id);
  try {
    while (!(await isGone(container.remove({ force: true, v: true, abortSignal })))) {
      await pause(RETRY_MS, undefined, { signal: abortSignal });
    }
  } catch (error) {
    if (!abortSignal.aborted) throw error;
    const name = id.slice(0, 12);
    throw new Failure([
      `The engine has not removed the container ${name} within ${REMOVAL_SECONDS} s.`,
      `To see why: docker inspect --format '{{json .State}}' ${name}`,
    ]);
  }
}

/** Whether a removal has succeeded or there was nothing to remove; false while something uses the object. */
export async function isGone(removal: Promise<unknown>): Promise<boolean> {
  try {
    await removal;
    return true;
  } catch (error) {
    if (isNotFound(error)) return true;
    if (isInUse(error)) return false;
    throw error;
  }
}

/** 409 for a volume and for a container that is being removed, 403 for a network with containers. */
function isInUse(error: unknown): boolean {
  return hasStatus(error, 409) || hasStatus(error, 403);
}
