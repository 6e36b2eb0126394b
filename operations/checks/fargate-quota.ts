import { DEFAULT_SCALING, kindOf } from "../../spec/service/kinds";
import { busiestRange } from "../../spec/service/scaling";
import type { Services } from "../../spec/service/spec";
import type { Config } from "../../spec/config";
import { isOnInternet } from "../../spec/environment/domain";
import { type Check, resultOf } from "./check";
import { type ServiceQuota, increaseCommand, readLimit } from "./service-quota";

/**
 * The vCPUs that run at the same time, counted separately for each capacity. AWS's default is 6; a new
 * account may have fewer, and AWS raises the quota with use.
 *
 * @see https://docs.aws.amazon.com/general/latest/gr/ecs-service.html
 */
const QUOTAS: Readonly<Record<Config["capacity"], ServiceQuota>> = {
  "on-demand": { serviceCode: "fargate", quotaCode: "L-3032A538", awsDefault: 6 },
  spot: { serviceCode: "fargate", quotaCode: "L-36FBB829", awsDefault: 6 },
};

/** A rolling deployment starts the new tasks before it stops the old ones. A job has one, which is never replaced. */
const ROLLING = 2;

/**
 * Checks that the account can run the minimum number of each service's tasks twice, as a rolling
 * deployment of every service does at the busiest time of its schedule, and a task of each job. Tasks that
 * autoscaling may add are only mentioned, since an idle platform never needs them. Tasks of other environments
 * count towards the quota but are unknown here.
 * A quota that AWS does not reveal is no problem: most accounts have far more than the default.
 */
export const fargateQuota: Check = {
  title: "Fargate vCPU",
  run: async ({ clients, config, services }) => {
    if (!isOnInternet(config)) return { found: "not counted on the local AWS" };
    const quota = QUOTAS[config.capacity];
    const { limit, known, source } = await readLimit(clients.quotas, quota);
    const [least, most] = [vcpus(services, "min"), vcpus(services, "max")];
    const words = config.capacity === "spot" ? "on Spot" : "on demand";
    const use = `old and new tasks together use up to ${least} vCPUs ${words} during a deployment; the quota is ${limit}${source}`;
    const problem = {
      problem: use,
      fix: `lower size or scaling.min in services/index.ts or environments.ts, or request an increase: ${increaseCommand(quota, Math.ceil(most), config)}`,
    };
    const note = most > limit ? `, and scaling.max would need ${most}` : "";
    const found = `${use}${note}; tasks of other environments count too`;
    return resultOf(found, known && least > limit ? [problem] : []);
  },
};

/** 1 vCPU is 1024 CPU units of a size. */
function vcpus(services: Services, number: "min" | "max"): number {
  const units = Object.values(services).map((spec) => {
    const { size, scaling = DEFAULT_SCALING } = spec;
    // One that may have no task still starts one in its first deployment.
    const tasks = Math.max(busiestRange(scaling)[number], 1);
    return size.cpu * (kindOf(spec) === "job" ? 1 : tasks * ROLLING);
  });
  return units.reduce((sum, each) => sum + each, 0) / 1024;
}
