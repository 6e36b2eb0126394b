import { DEFAULT_SCALING, type Services } from "../../spec/service/spec";
import type { Config } from "../../spec/config";
import { isOnInternet } from "../../spec/environment/domain";
import { type Check, resultOf } from "./check";
import { type ServiceQuota, increaseCommand, readLimit } from "./service-quota";

/**
 * The vCPU that run at once, counted apart for each capacity. AWS's default is 6; a new account may
 * have less, and AWS raises it with use.
 *
 * @see https://docs.aws.amazon.com/general/latest/gr/ecs-service.html
 */
const QUOTAS: Readonly<Record<Config["capacity"], ServiceQuota>> = {
  "on-demand": { serviceCode: "fargate", quotaCode: "L-3032A538", awsDefault: 6 },
  spot: { serviceCode: "fargate", quotaCode: "L-36FBB829", awsDefault: 6 },
};

/** A rolling deployment starts the new tasks before it stops the old ones. */
const ROLLING = 2;

/**
 * That the account may run the smallest number of each service's tasks twice over, as a deployment of
 * all does. What autoscaling may add is only mentioned, since a quiet platform never needs it. Tasks of
 * other environments count towards the same quota, and are not known here. A quota that AWS does not
 * tell stops nobody: most accounts have far more than the default.
 */
export const fargateQuota: Check = {
  title: "Fargate vCPU",
  run: async ({ clients, config, services }) => {
    if (!isOnInternet(config)) return { found: "not counted on the local AWS" };
    const quota = QUOTAS[config.capacity];
    const { limit, known, source } = await readLimit(clients.quotas, quota);
    const [least, most] = [vcpus(services, "min") * ROLLING, vcpus(services, "max") * ROLLING];
    const words = config.capacity === "spot" ? "on Spot" : "on demand";
    const use = `a deployment runs up to ${least} vCPU ${words}, the old tasks and the new; the quota is ${limit}${source}`;
    const problem = {
      problem: use,
      fix: `lower size or scaling.min in services/index.ts or environments.ts, or ask for more: ${increaseCommand(quota, Math.ceil(most), config)}`,
    };
    const note = most > limit ? `, and at scaling.max it would run ${most}` : "";
    const found = `${use}${note}; tasks of other environments count too`;
    return resultOf(found, known && least > limit ? [problem] : []);
  },
};

/** 1 vCPU is 1024 of a size's CPU units. */
function vcpus(services: Services, number: "min" | "max"): number {
  const units = Object.values(services).map(
    ({ size, scaling = DEFAULT_SCALING }) => size.cpu * scaling[number],
  );
  return units.reduce((sum, each) => sum + each, 0) / 1024;
}
