import type { Config } from "../../spec/config";

/** How long CloudWatch keeps logs. */
const LOG_DAYS = 7;
/** Long enough to look into what was noticed late. */
const PROTECTED_LOG_DAYS = 30;

/** How long the bucket keeps the logs of the load balancer and the network, which cost a tenth there. */
export const LOG_BUCKET_DAYS = 90;

/** How long the environment's log groups keep their events. */
export function logDays(config: Config): number {
  return config.protected ? PROTECTED_LOG_DAYS : LOG_DAYS;
}
