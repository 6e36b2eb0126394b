import { hasStatus, isNotFound } from "../../operations/target/engine-answer";
import { get } from "node:http";
import { createServer } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import type Docker from "dockerode";
import { LOCAL_AWS_START_SECONDS } from "../../spec/limits";
import { ensureEmulatorImage } from "./emulator-image";
import { removeAll } from "./leftovers";
import { type LocalAwsContainer, createLocalAws, enforcesIam } from "./container";
import { localAwsName } from "./names";
import { textOf } from "../../operations/target/container-log";
import { Refusal, type Report } from "../../operations/terminal/refusal";

export { leftovers, probedSuffixes } from "./leftovers";

export interface LocalAwsOptions extends Pick<LocalAwsContainer, "port" | "enforceIam"> {
  readonly report: Report;
}

const LOG_LINES = 20;

/** Where the AWS provider, the SDK and Docker's registry client reach the local AWS. */
export function localAwsEndpoint(port: number): string {
  return `http://127.0.0.1:${port}`;
}

/**
 * Starts the local AWS, or does nothing when it already answers with the same content on this port.
 *
 * It is a container on a network of its own, with the engine's socket: tasks and databases are its
 * siblings on that network. Its state lies on a volume and is written within seconds of a change,
 * so that a restart of the container, the engine or the machine, or a new version of the emulator,
 * brings back tasks and databases as they were; in the trial that took five seconds. Without the
 * volume nothing could be restored, and what is left of an earlier one is removed first: a database's
 * volume would meet the wrong password.
 */
export async function startLocalAws(docker: Docker, options: LocalAwsOptions): Promise<void> {
  const { port, enforceIam, report } = options;
  const found = await findContainer(docker, port);
  const running = found?.State.Running ?? false;
  if (!running) await requireFreePort(port);
  const image = await ensureEmulatorImage(docker, report);
  const alike = found?.Config.Image === image && enforcesIam(found.Config.Env) === enforceIam;
  if (running && alike && (await isLocalAwsUp(port))) return;
  if (found) {
    const other = alike ? "does not answer" : "is of another version or setting";
    report(running ? `replacing the local AWS, which ${other}` : "starting the local AWS again");
    await docker.getContainer(found.Id).stop().catch(ignoreStopped);
    await docker.getContainer(found.Id).remove({ v: true });
  }
  await createLocalAws(docker, { image, port, enforceIam });
  await waitUntilReady(docker, options);
}

/** Ends the local AWS with all that it made: tasks, databases, their volumes, its network. */
export async function stopLocalAws(docker: Docker, report: Report, port?: number): Promise<void> {
  report("removing the local AWS, its tasks and its databases");
  await removeAll(docker, port);
}

async function waitUntilReady(docker: Docker, { port, report }: LocalAwsOptions): Promise<void> {
  report("waiting for the local AWS to answer");
  const ends = Date.now() + LOCAL_AWS_START_SECONDS * 1000;
  while (!(await isLocalAwsUp(port))) {
    const container = await findContainer(docker, port);
    if (!container?.State.Running || Date.now() > ends) {
      const how = container?.State.Running
        ? `did not answer within ${LOCAL_AWS_START_SECONDS} s`
        : "ended while it started";
      throw new Error(`the local AWS ${how}:\n${await lastLines(docker, localAwsName(port))}`);
    }
    await sleep(200);
  }
}

/** Whether it serves. */
export async function isLocalAwsUp(port: number): Promise<boolean> {
  return (await ask(port, "/_ministack/health")) !== undefined;
}

/** Whether security groups hold, for which the kernel has to filter packets. */
export async function enforcesSecurityGroups(port: number): Promise<boolean> {
  return (await ask(port, "/_local-aws/security-groups"))?.includes('"enforced": true') ?? false;
}

/** What to tell where they do not. */
export function unenforcedNotice(port: number): string {
  return `Security groups are not enforced here: docker logs ${localAwsName(port)} says why.`;
}

/** The body of a good answer. Not with `fetch`: cut off while connecting, that can end the process in silence. */
async function ask(port: number, path: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const request = get(`${localAwsEndpoint(port)}${path}`, { timeout: 2000 });
    request.on("response", (response) => {
      text(response).then(
        (body) => {
          resolve(response.statusCode === 200 ? body : undefined);
        },
        () => {
          resolve(undefined);
        },
      );
    });
    request.on("timeout", () => request.destroy(new Error("no answer")));
    request.on("error", () => {
      resolve(undefined);
    });
  });
}

async function findContainer(
  docker: Docker,
  port: number,
): Promise<Docker.ContainerInspectInfo | undefined> {
  try {
    return await docker.getContainer(localAwsName(port)).inspect();
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** To stop what has ended already is no failure. */
function ignoreStopped(error: unknown): void {
  if (!hasStatus(error, 304)) throw error;
}

async function lastLines(docker: Docker, name: string): Promise<string> {
  const options = { stdout: true, stderr: true, tail: LOG_LINES, follow: false } as const;
  const frames = await docker.getContainer(name).logs(options);
  return textOf(frames);
}

async function requireFreePort(port: number): Promise<void> {
  const free = await new Promise<boolean>((resolve) => {
    const probe = createServer();
    probe.once("error", () => {
      resolve(false);
    });
    probe.listen(port, "127.0.0.1", () => {
      probe.close(() => {
        resolve(true);
      });
    });
  });
  if (free) return;
  throw new Refusal(
    `port ${port} of this machine is taken by another process; the local AWS needs it`,
    `End that process (ss -ltnp "sport = :${port}" names it) or choose another port: LOCAL_AWS_PORT=${port + 1}`,
  );
}
