import { Refusal } from "../terminal/refusal";
import { specOf } from "../../spec/service/spec";
import type { Change, Rollout } from "./rollout";
import { rollOut } from "./service-update";

const RESTART: Change = {
  update: { forceNewDeployment: true },
  unchanged: "nothing was changed",
  policies: "docs/operating.md",
};

/**
 * Makes ECS replace a service's tasks with the same revision. New tasks get the secrets as they are now.
 *
 * @throws Refusal for a job or a service that is not deployed, and as `rollOut` does
 */
export async function restart(rollout: Rollout): Promise<void> {
  const { service, config, services } = rollout;
  if (specOf(service, services).schedule !== undefined) {
    throw new Refusal(
      `${service} is a job: it has no tasks to replace, and its next run is a new one.`,
      `npx platform run ${config.suffix} ${service} starts a run now.`,
    );
  }
  await rollOut(rollout, RESTART);
}
