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
  return Object.entries(fits).flatMap(([word, [fit, reason]]) => {
    // The words are those of the thresholds.
    const value = alarms[word as keyof AlarmThresholds];
    return fit || value === undefined ? [] : [`${word} is ${value}, but ${reason}`];
  });
}

const UNSEEN =
  "only the load balancer counts answers, and it sends no requests to a service without a path; remove it, or set a path";
