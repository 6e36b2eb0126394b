import type Docker from "dockerode";
import { DOCKER_LABEL } from "../../spec/names";
import { CLEAN_UP_SECONDS, SCAN_LIMITS } from "../../spec/limits";
import { isGone } from "../target/engine-removal";
import { textOf } from "../target/engine-log";
import { isAlive } from "../target/process";
import { Refusal } from "../terminal/refusal";
import { OWNER, SCANNER, type Scanning, containerOptions, owner } from "./scanner";

/** How a run of the scanner ended. */
export interface ScannerRun {
  readonly exitCode: number;
  /** Its output, without the colours of a terminal. */
  readonly log: string;
}

/** Gives up with the signal: of an interruption, or of the run's time limit. */
type Step = (container: Docker.Container, signal: AbortSignal) => Promise<void>;

/** What is done with its container before it starts, and after it has ended. */
export interface Around {
  readonly before: Step;
  readonly after?: Step;
}

/**
 * Runs the scanner once, and removes its container with all that it wrote. The volume of its database is
 * made if there is none.
 *
 * @param signal gives up, as when the command is interrupted
 * @throws Refusal when it takes longer than its limit, or more memory
 */
export async function runScanner(
  docker: Docker,
  scanning: Scanning,
  around: Around,
  signal: AbortSignal,
): Promise<ScannerRun> {
  const { minutes } = SCAN_LIMITS;
  const limit = AbortSignal.timeout(minutes * 60_000);
  try {
    return await run(docker, scanning, around, AbortSignal.any([signal, limit]));
  } catch (error) {
    signal.throwIfAborted();
    if (!limit.aborted || error instanceof Refusal) throw error;
    throw new Refusal(
      `the scanner took longer than ${minutes} minutes, and was stopped`,
      "Run the command again when the machine is less busy. The limit is in spec/limits.ts.",
    );
  }
}

async function run(
  docker: Docker,
  scanning: Scanning,
  { before, after }: Around,
  abortSignal: AbortSignal,
): Promise<ScannerRun> {
  const labels = { [DOCKER_LABEL]: SCANNER };
  await docker.createVolume({ Name: scanning.volume, Labels: labels, abortSignal });
  const container = await docker.createContainer({ ...containerOptions(scanning), abortSignal });
  try {
    await before(container, abortSignal);
    await container.start({ abortSignal });
    const exitCode = await ended(container, abortSignal);
    const tail = { stdout: true, stderr: true, tail: 50, abortSignal };
    const log = textOf(await container.logs(tail));
    if (exitCode === 0) await after?.(container, abortSignal);
    return { exitCode, log };
  } finally {
    await removed(container);
  }
}

async function ended(container: Docker.Container, abortSignal: AbortSignal): Promise<number> {
  // The engine's answer, which the library does not type.
  const { StatusCode } = (await container.wait({ abortSignal })) as { StatusCode: number };
  const { State } = await container.inspect({ abortSignal });
  if (!State.OOMKilled) return StatusCode;
  throw new Refusal(
    `the scanner needed more than its ${SCAN_LIMITS.memoryMiB} MiB of memory`,
    "Make the image smaller, or raise SCAN_LIMITS in spec/limits.ts.",
  );
}

/** Removes the containers of runs that were killed: of a process that is gone, or older than any run. */
export async function removeStrayScanners(docker: Docker, now: number): Promise<void> {
  const label = [`${DOCKER_LABEL}=${SCANNER}`];
  const found = await docker.listContainers({ all: true, filters: { label } });
  const oldest = now / 1000 - 2 * SCAN_LIMITS.minutes * 60;
  const strays = found.filter(({ Created, Labels }) => Created < oldest || isOrphan(Labels[OWNER]));
  await Promise.all(strays.map(({ Id }) => removed(docker.getContainer(Id))));
}

/** Whether its process was one of this machine, and has ended. */
function isOrphan(label = ""): boolean {
  const pid = Number(label.split(" ").at(-1));
  return Number.isInteger(pid) && pid > 0 && label === owner(pid) && !isAlive(pid);
}

/** The databases that stay in the engine for the next scan, and how to remove them; empty without any. */
export async function describeDatabases(docker: Docker): Promise<string[]> {
  const label = [`${DOCKER_LABEL}=${SCANNER}`];
  const { Volumes: volumes } = await docker.listVolumes({ filters: { label } });
  if (volumes.length === 0) return [];
  const names = volumes.map(({ Name }) => Name).join(" ");
  return [
    "The vulnerability database stays in the engine for the next scan.",
    `→ To remove it too: docker volume rm ${names}`,
  ];
}

async function removed(container: Docker.Container): Promise<void> {
  const limit = AbortSignal.timeout(CLEAN_UP_SECONDS * 1000);
  try {
    await isGone(container.remove({ force: true, v: true, abortSignal: limit }));
  } catch (error) {
    // The next scan removes what an engine that hangs has left.
    if (!limit.aborted) throw error;
  }
}
