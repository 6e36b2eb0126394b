import type { Clients } from "../target/clients";
import { Failure } from "../terminal/run";
import { readDeployedTask } from "./deployed-task";
import type { OneOff } from "./one-off";
import { follow } from "./one-off-end";
import { deregister, register, start } from "./one-off-start";
import type { Terminal } from "./terminal";

/** A cleanup after a deployment may deregister a revision before its task has started. */
const ATTEMPTS = 2;

/**
 * Runs one command as a task of its own, with the image, settings, secrets, roles and network of the
 * service's deployed version, and prints its log.
 *
 * @returns its exit code
 * @throws Refusal if the service is not deployed, Interrupted once Ctrl-C has stopped the task, Failure if
 * the task never ran or took too long
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/standalone-task-create.html
 */
export async function runOneOff(
  oneOff: OneOff,
  clients: Clients,
  terminal: Terminal,
): Promise<number> {
  const deployed = await readDeployedTask(oneOff, clients);
  for (let attempt = 1; ; attempt += 1) {
    terminal.signal.throwIfAborted();
    const definition = await register(oneOff, deployed, clients);
    try {
      const task = await start(oneOff, deployed, definition, clients);
      if (task) return await follow(task, definition, { oneOff, clients, terminal });
      if (attempt === ATTEMPTS)
        throw new Failure(["Its task definition is deregistered each time."]);
    } finally {
      await deregister(definition, clients, terminal.report);
    }
  }
}
