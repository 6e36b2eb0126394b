import type Docker from "dockerode";
import { DOCKER_LABEL } from "../../spec/names";
import { SCAN_LIMITS } from "../../spec/limits";
import { isNotFound } from "../target/engine-answer";
import { textOf } from "../target/engine-log";
import { Refusal } from "../terminal/refusal";
import { SCANNER, type Scanning, containerOptions } from "./scanner";

/** How a run of the scanner ended. */
export interface ScannerRun {
  readonly exitCode: number;
  /** Its output, without the colours of a terminal. */
  readonly log: string;
}

/** What is done with its container before it starts, and after it has ended. */
export interface Around {
  readonly before: (container: Docker.Container) => Promise<void>;
  readonly after?: (container: Docker.Container) => Promise<void>;
}

/**
 * Runs the scanner once, and removes its container with all that it wrote.
 *
 * @param signal gives up, as when the command is interrupted
 * @throws Refusal when it takes longer than its limit, or more memory
 */
export async function runScanner(
  docker: Docker,
  scanning: Scanning,
  { before, after }: Around,
  signal: AbortSignal,
): Promise<ScannerRun> {
  const container = await docker.createContainer(containerOptions(scanning));
  try {
    await before(container);
    await container.start();
    const exitCode = await ended(container, signal);
    const log = textOf(await container.logs({ stdout: true, stderr: true, tail: 50 }));
    if (exitCode === 0) await after?.(container);
    return { exitCode, log };
  } finally {
    await removed(container);
  }
}

async function ended(container: Docker.Container, signal: AbortSignal): Promise<number> {
  const { minutes, memoryMiB } = SCAN_LIMITS;
  const limit = AbortSignal.timeout(minutes * 60_000);
  const given = AbortSignal.any([signal, limit]);
  try {
    // The engine's answer, which the library does not type.
    const { StatusCode } = (await container.wait({ abortSignal: given })) as { StatusCode: number };
    const { State } = await container.inspect();
    if (!State.OOMKilled) return StatusCode;
  } catch (error) {
    signal.throwIfAborted();
    if (!limit.aborted) throw error;
    throw new Refusal(
      `the scanner took longer than ${minutes} minutes, and was stopped`,
      "Run the command again when the machine is less busy. The limit is in spec/limits.ts.",
    );
  }
  throw new Refusal(
    `the scanner needed more than its ${memoryMiB} MiB of memory`,
    "Make the image smaller, or raise SCAN_LIMITS in spec/limits.ts.",
  );
}

/** Removes what interrupted runs have left; a run that goes on is younger than its limit. */
export async function removeStrayScanners(docker: Docker, now: number): Promise<void> {
  const label = [`${DOCKER_LABEL}=${SCANNER}`];
  const found = await docker.listContainers({ all: true, filters: { label } });
  const limit = now / 1000 - 2 * SCAN_LIMITS.minutes * 60;
  const strays = found.filter(({ Created }) => Created < limit);
  await Promise.all(strays.map(({ Id }) => removed(docker.getContainer(Id))));
}

async function removed(container: Docker.Container): Promise<void> {
  try {
    await container.remove({ force: true, v: true });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
