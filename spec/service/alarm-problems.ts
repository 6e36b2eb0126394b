import type { AlarmThresholds } from "./alarms";
import { namesIn } from "./named-list";
import type { ServiceSpec } from "./spec";

/** The thresholds that a service has no use for, each of which begins with the word. */
export function alarmProblems(alarms: AlarmThresholds, spec: ServiceSpec): string[] {
  const { path, receives, schedule } = spec;
  const fits: Readonly<Record<keyof AlarmThresholds, readonly [boolean, string]>> = {
    errorPercent: [path !== undefined, UNSEEN],
    slowSeconds: [path !== undefined, UNSEEN],
    oldestMessageSeconds: [
      namesIn(receives).length > 0,
      "the service receives no queue; remove it, or set receives",
    ],
    failedRuns: [schedule !== undefined, "only a job has runs; remove it"],
  };
  const misplaced = Object.entries(fits).flatMap(([word, [fit, reason]]) => {
    // The words are those of the thresholds.
    const value = alarms[word as keyof AlarmThresholds];
    return fit || value === undefined ? [] : [`${word} is ${value}, but ${reason}`];
  });
  return [...misplaced, ...unreachableRuns(alarms, spec)];
}

/** A number of failed runs that the job cannot have within the longest time that its alarm looks back. */
function unreachableRuns({ failedRuns = 1 }: AlarmThresholds, { schedule }: ServiceSpec): string[] {
  const { everyMinutes } = schedule ?? {};
  const most = everyMinutes ? Math.max(1, Math.floor(MINUTES_OF_DAY / everyMinutes)) : Infinity;
  if (failedRuns <= most) return [];
  return [
    `failedRuns is ${failedRuns}, but an alarm looks back a day, in which a job that starts every ${everyMinutes} minutes has no more than ${most}; set at most ${most}`,
  ];
}

const MINUTES_OF_DAY = 1440;

const UNSEEN =
  "only the load balancer counts answers, and it sends no requests to a service without a path; remove it, or set a path";
