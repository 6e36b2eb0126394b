import { specOf } from "../../spec/service/spec";
import { Interrupted } from "../terminal/interruption";
import { Refusal } from "../terminal/refusal";
import { Failure } from "../terminal/run";
import { restart } from "./restart";
import type { Rollout } from "./rollout";

/**
 * Restarts a service whose secret has just been set.
 *
 * @returns what came of it
 * @throws Failure and Interrupted, which say that the secret is set
 */
export async function restartWithSecret(rollout: Rollout): Promise<string> {
  const { service, services } = rollout;
  if (specOf(service, services).schedule !== undefined)
    return `${service} is a job: its next run has the secret.`;
  try {
    await restart(rollout);
    return `${service} runs with the secret.`;
  } catch (error) {
    if (error instanceof Refusal)
      return `${service} is not deployed; its first deployment starts with the secret.`;
    if (error instanceof Failure) throw new Failure([`The secret is set, but ${error.message}`]);
    if (error instanceof Interrupted)
      throw new Interrupted("interrupted; the secret is set, and ECS goes on replacing the tasks");
    throw error;
  }
}
