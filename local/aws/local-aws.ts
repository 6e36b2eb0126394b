import { ignoreStopped, isNotFound } from "../../operations/target/engine-answer";
import { removeContainer } from "../../operations/target/engine-removal";
import { get } from "node:http";
import { createServer } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import type Docker from "dockerode";
import { LOCAL_AWS_START_SECONDS } from "../../spec/limits";
import { ensureEmulatorImage } from "./emulator-image";
import { removeAll } from "./leftovers";
import { type LocalAwsContainer, createLocalAws, isAsSet } from "./container";
import { localAwsName } from "./names";
import { textOf } from "../../operations/target/engine-log";
import { Refusal, type Report } from "../../operations/terminal/refusal";

export { leftovers, probedSuffixes } from "./leftovers";

export interface LocalAwsOptions extends Omit<LocalAwsContainer, "image"> {
  readonly report: Report;
}

const LOG_LINES = 20;

/** Where the AWS provider, the SDK and Docker's registry client reach the local AWS. */
export function localAwsEndpoint(port: number): string {
  return `http://127.0.0.1:${port}`;
}

/**
 * Starts the local AWS. Does nothing if the same version already answers on this port.
 *
 * It is a container on its own network, with access to the engine's socket: tasks and databases are
 * its siblings on that network. Its state is on a volume and is written within seconds of a change.
 * When it is started again after a stop of the container, the engine or the machine, or in a new
 * version, tasks and databases are therefore as they were; in a trial that took five seconds. Without the volume
 * nothing can be restored, so anything left from an earlier run is removed first: an old database
 * volume would not accept the new password.
 */
export async function startLocalAws(docker: Docker, options: LocalAwsOptions): Promise<void> {
  const { port, report } = options;
  const found = await findContainer(docker, port);
  const running = found?.State.Running ?? false;
  if (!running) await requireFreePort(port);
  const image = await ensureEmulatorImage(docker, report);
  const alike = found !== undefined && isAsSet(found, { ...options, image });
  if (running && alike && (await isLocalAwsUp(port))) return;
  if (found) {
    const other = alike ? "does not answer" : "has another version or other settings";
    report(running ? `replacing the local AWS, which ${other}` : "restarting the local AWS");
    await docker.getContainer(found.Id).stop().catch(ignoreStopped);
    await removeContainer(docker, found.Id);
  }
  await createLocalAws(docker, { ...options, image });
  await waitUntilReady(docker, options);
}

/** Removes the local AWS with everything it created: tasks, databases, volumes and its network. */
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
        : "exited during startup";
      throw new Error(`the local AWS ${how}:\n${await lastLines(docker, localAwsName(port))}`);
    }
    await sleep(200);
  }
}

/** Whether the local AWS on a port answers its health check. */
export async function isLocalAwsUp(port: number): Promise<boolean> {
  return (await ask(port, "/_local-aws/health")) !== undefined;
}

/** Whether security groups are enforced, which requires packet filtering in the kernel. */
export async function enforcesSecurityGroups(port: number): Promise<boolean> {
  return (await ask(port, "/_local-aws/security-groups"))?.includes('"enforced": true') ?? false;
}

/** The notice to print where security groups are not enforced. */
export function unenforcedNotice(port: number): string {
  return `Security groups are not enforced here; for the reason, run: docker logs ${localAwsName(port)}`;
}

/** The body of a successful answer. Avoids `fetch`, which can end the process silently if cut off while connecting. */
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
    `port ${port} of this machine is used by another process, but the local AWS needs it`,
    `Stop that process (ss -ltnp "sport = :${port}" names it) or choose another port: LOCAL_AWS_PORT=${port + 1}`,
  );
}
