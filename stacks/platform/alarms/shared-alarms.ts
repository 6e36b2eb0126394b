import type { Lb } from "@cdktf/provider-aws/lib/lb";
import type { Construct } from "constructs";
import type { DatabaseCapacity } from "../../../spec/environment/settings";
import { type AlarmPlace, createAlarm } from "./alarm";
import { balancerErrors, databaseMetrics } from "./metrics";

/** Above, Aurora has little left to grow by; scaling up takes seconds. */
const USED_PERCENT = 90;

/**
 * The alarm of answers that the load balancer gives itself: of no healthy task, of a closed connection, of no
 * answer in time. Once for the environment, because it does not report them by service.
 */
export function createBalancerAlarm(scope: Construct, place: Omit<AlarmPlace, "subject">, alb: Lb) {
  return createAlarm(
    scope,
    { ...place, subject: "load-balancer" },
    {
      kind: "own-errors",
      metrics: { errors: balancerErrors(alb) },
      // A number and no share: requests for which there is no task are not among those that it counts.
      threshold: 10,
      // A task that dies fails its requests of one minute; a rollout fails none.
      periods: { beyond: 3, of: 5 },
      // The load balancer reports a minute only if it has some.
      missing: "notBreaching",
    },
  );
}

/**
 * The alarm of a database near its largest capacity, by CPU, memory or both: AWS's number counts them all, so
 * that those of CPUUtilization and FreeableMemory would say the same once more. None where the smallest
 * capacity alone is near the largest one: the number is then always high.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.setting-capacity.html#aurora-serverless-v2.viewing.monitoring
 */
export function createDatabaseAlarm(
  scope: Construct,
  place: Omit<AlarmPlace, "subject">,
  { minCapacity, maxCapacity }: DatabaseCapacity,
) {
  if (100 * minCapacity >= USED_PERCENT * maxCapacity) return [];
  const { used } = databaseMetrics(place.config);
  return [
    createAlarm(
      scope,
      { ...place, subject: "database" },
      {
        kind: "capacity",
        metrics: { used },
        threshold: USED_PERCENT,
        // A report or a migration may use all of it for some minutes.
        periods: { beyond: 15, of: 15 },
        // A database that starts or is restored reports nothing.
        missing: "notBreaching",
      },
    ),
  ];
}
