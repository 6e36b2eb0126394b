import { specOf } from "../../spec/service/spec";
import { Interrupted } from "../terminal/interruption";
import { Refusal } from "../terminal/refusal";
import { Failure } from "../terminal/run";
import type { Change, Rollout } from "./rollout";
import { rollOut } from "./service-update";

const RESTART: Change = {
  update: { forceNewDeployment: true },
  unchanged: "the service is unchanged",
  policies: "docs/secrets.md",
};

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
    await rollOut(rollout, RESTART);
    return `${service} runs with the secret.`;
  } catch (error) {
    if (error instanceof Refusal)
      return `${service} is not deployed; its first deployment starts with the secret.`;
    if (error instanceof Failure) throw new Failure([`The secret is set, but ${error.message}`]);
    if (error instanceof Interrupted)
      throw new Interrupted(`The secret is set. The restart was ${error.message}`);
    throw error;
  }
}
