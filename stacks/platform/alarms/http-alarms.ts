import type { Lb } from "@cdktf/provider-aws/lib/lb";
import type { Construct } from "constructs";
import { deploymentMinutes, startMinutes } from "../../../spec/limits";
import { ALARM_DEFAULTS } from "../../../spec/service/alarms";
import { rolloutOf } from "../../../spec/service/kinds";
import type { HttpService } from "../../../spec/service/spec";
import type { LoadBalancerRoute } from "../routes";
import { type AlarmPlace, createAlarm } from "./alarm";
import { targetMetrics } from "./metrics";

/** In a minute with fewer requests, one of them would be a share of its own. */
const ENOUGH_REQUESTS = 20;

/** How long CPU or requests have to be above the target before AWS adds tasks. */
const SCALING_MINUTES = 3;

/** The alarms of a public service: failed answers, slow answers, and tasks that the load balancer finds unhealthy. */
export function createHttpAlarms(
  scope: Construct,
  place: AlarmPlace,
  spec: HttpService,
  alb: Lb,
  route: LoadBalancerRoute,
) {
  const { errorPercent, slowSeconds } = { ...ALARM_DEFAULTS, ...spec.alarms };
  const { requests, errors, seconds, unhealthy } = targetMetrics(alb, route);
  const rollout = rolloutOf(spec);
  const slowMinutes = SCALING_MINUTES + startMinutes(rollout);
  const unhealthyMinutes = deploymentMinutes(rollout);
  return [
    ...(errorPercent === false
      ? []
      : [
          createAlarm(scope, place, {
            kind: "errors",
            metrics: { requests, errors },
            // The load balancer reports failed answers only of a minute that has some.
            expression: `IF(requests >= ${ENOUGH_REQUESTS}, 100 * FILL(errors, 0) / requests, 0)`,
            threshold: errorPercent,
            // A task that dies fails its requests of one minute; a rollout fails none.
            periods: { beyond: 3, of: 5 },
            // A minute without requests is no fault.
            missing: "notBreaching",
          }),
        ]),
    ...(slowSeconds === false
      ? []
      : [
          createAlarm(scope, place, {
            kind: "slow",
            metrics: { requests, seconds },
            // By too few requests, 95 % of them are all but the slowest one.
            expression: `IF(requests >= ${ENOUGH_REQUESTS}, seconds, 0)`,
            threshold: slowSeconds,
            // Until AWS has added tasks for more load, and they have started, it may be slow.
            periods: { beyond: slowMinutes, of: slowMinutes },
            missing: "notBreaching",
          }),
        ]),
    createAlarm(scope, place, {
      kind: "unhealthy",
      metrics: { unhealthy },
      threshold: 0,
      // A task that starts is unhealthy until it answers, at most for a deployment. One that is replaced
      // again and again is not registered in between, so half of the minutes are enough.
      periods: { beyond: unhealthyMinutes, of: 2 * unhealthyMinutes },
      // Without a task there is no value; the missing tasks are an alarm of their own.
      missing: "notBreaching",
    }),
  ];
}
