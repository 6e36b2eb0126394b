import type { Construct } from "constructs";
import { deploymentMinutes } from "../../../spec/limits";
import { DEFAULT_SCALING, rolloutOf } from "../../../spec/service/kinds";
import { busiestRange, fewestTasks } from "../../../spec/service/scaling";
import type { HttpService, Worker } from "../../../spec/service/spec";
import { type AlarmPlace, createAlarm } from "./alarm";
import { taskMetrics } from "./metrics";

/**
 * After a peak, AWS removes the first task once the load has been low for 15 minutes, and waits 5 before the
 * next change: shorter, each peak that the last task was added for would be an alarm.
 */
const LIMIT_MINUTES = 30;

/** The alarms of what runs on: tasks that are missing, and no task left to add. */
export function createTaskAlarms(scope: Construct, place: AlarmPlace, spec: HttpService | Worker) {
  const { desired, running } = taskMetrics(place.config, place.subject);
  const scaling = spec.scaling ?? DEFAULT_SCALING;
  const { min, max } = busiestRange(scaling);
  const minutes = deploymentMinutes(rolloutOf(spec));
  return [
    createAlarm(scope, place, {
      kind: "missing",
      metrics: { desired, running },
      threshold: 0,
      // A deployment starts its tasks beside the old ones, and a start takes less than its limit. A task that
      // fails again and again runs in between, so half of the minutes are enough.
      periods: { beyond: minutes, of: 2 * minutes },
      ...missingTasks(fewestTasks(scaling)),
    }),
    ...(min < max
      ? [
          createAlarm(scope, place, {
            kind: "limit",
            metrics: { desired },
            // Of the busiest range: there is no metric of the one in force, and metric math reads no cron expression.
            threshold: max,
            inclusive: true,
            periods: { beyond: LIMIT_MINUTES, of: LIMIT_MINUTES },
            // Nothing is reported while no task runs, which is another alarm's matter.
            missing: "notBreaching",
          }),
        ]
      : []),
  ];
}

/**
 * Once the last task has ended, neither number is reported. Where there should be one, the desired number is
 * then repeated for as long as the alarm looks back, which begins it, and the alarm stays. For a new service
 * there is none to repeat: until its first task runs, the state is unknown. A worker that may have no task
 * would be missed each time that its last one stops well; the age of its messages tells if none starts.
 *
 * Of the desired tasks only the fewest are missed: a load that grows for an hour has some that start at any time.
 */
function missingTasks(fewest: number) {
  if (fewest === 0) return { expression: "desired - running", missing: "notBreaching" } as const;
  const wanted = "FILL(desired, REPEAT)";
  return {
    expression: `IF(${wanted} > ${fewest}, ${fewest}, ${wanted}) - FILL(running, 0)`,
    missing: "ignore",
  } as const;
}
