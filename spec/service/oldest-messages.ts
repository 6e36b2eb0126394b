import { deploymentMinutes } from "../limits";
import { rolloutOf } from "./kinds";
import { queuesOf } from "./queues";
import type { ServiceSpec } from "./spec";

/** How old the oldest message of each queue may be that a service receives; only of those with an alarm. */
export function oldestMessages(service: string, spec: ServiceSpec): ReadonlyMap<string, number> {
  const chosen = spec.alarms?.oldestMessageSeconds;
  const none = chosen === false || (chosen === undefined && spec.schedule !== undefined);
  const queues = none ? [] : [...queuesOf({ [service]: spec })];
  return new Map(
    queues.map(([queue, { workSeconds, attempts }]) => [
      queue,
      chosen || workSeconds * attempts + deploymentMinutes(rolloutOf(spec)) * 60,
    ]),
  );
}
