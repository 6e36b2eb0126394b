import { setTimeout as sleep } from "node:timers/promises";
import Docker from "dockerode";
import { LOCAL_AWS_LABEL } from "../../../local/aws/names";
import { PORT } from "../e2e/support/checkout";
import { ORIGIN, containersOf } from "../e2e/support/local-aws";

/** Longer than any answer in these tests; what does not answer counts as asked. */
const PATIENCE_MS = 20_000;

/** Does something again and again during `work`, and to its end; it fails as soon as that does. */
export async function during<Result>(
  disturb: () => Promise<unknown>,
  everyMs: number,
  work: () => Promise<Result>,
): Promise<Result> {
  const over = new AbortController();
  const disturbance = (async () => {
    while (!over.signal.aborted) {
      await disturb();
      await sleep(everyMs);
    }
  })();
  const failed = disturbance.then(() => new Promise<never>(() => undefined));
  try {
    return await Promise.race([work(), failed]);
  } finally {
    over.abort();
    await disturbance;
  }
}

/** Kills every task of a service that runs at the moment. */
export async function killTasks(service: string): Promise<void> {
  const tasks = await containersOf(service);
  // Some have ended by themselves, or are being stopped.
  await Promise.allSettled(tasks.map((task) => task.kill()));
}

/** Runs a command in every container of a service. */
export async function inTasks(service: string, command: readonly string[]): Promise<void> {
  const tasks = await containersOf(service);
  await Promise.allSettled(tasks.map((task) => run(task, command)));
}

/** Runs a command in the container of the environment's database. */
export async function inDatabase(command: readonly string[]): Promise<void> {
  const docker = new Docker();
  const filters = { label: [`${LOCAL_AWS_LABEL}=${PORT}`], name: [`ministack-rds-${PORT}-`] };
  const [found] = await docker.listContainers({ filters });
  if (!found) throw new Error("no database runs");
  await run(docker.getContainer(found.Id), command);
}

async function run(container: Docker.Container, command: readonly string[]): Promise<void> {
  const exec = await container.exec({ Cmd: [...command], AttachStdout: true, AttachStderr: true });
  const output = await exec.start({});
  output.resume();
  await new Promise((resolve) => output.once("close", resolve));
}

/** Asks once for a path of the platform, whatever the answer is. */
export async function ask(path: string): Promise<void> {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  await fetch(ORIGIN + path, { signal }).then(
    (response) => response.arrayBuffer(),
    () => undefined,
  );
}
