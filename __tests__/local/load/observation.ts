import { setTimeout as sleep } from "node:timers/promises";
import { CloudWatchClient, GetMetricStatisticsCommand } from "@aws-sdk/client-cloudwatch";
import { SUFFIX } from "../e2e/support/checkout";
import { client, stateOf } from "../e2e/support/local-aws";

/** Seconds of the local AWS's minute in these tests. */
export const MINUTE = 5;

/** What was seen of a service at one moment. */
export interface Sample {
  /** Since the beginning. */
  readonly seconds: number;
  readonly desired: number;
  readonly running: number;
  /** Whether a deployment is in progress. */
  readonly deploys: boolean;
  /** Average of all tasks in the newest minute, in percent of their size; none before the first. */
  readonly cpu: number | undefined;
  /** Answered requests in each second since the last sample. */
  readonly requests: number;
}

const cloudWatch = new CloudWatchClient(client);

/** Watches a service and its clients, a sample every two seconds, until the signal is given. */
export async function observe(
  service: string,
  answered: () => number,
  signal: AbortSignal,
  samples: Sample[],
): Promise<void> {
  const began = performance.now();
  let [before, until] = [answered(), began];
  while (!signal.aborted) {
    await sleep(2000);
    const [state, cpu] = await Promise.all([stateOf(service), cpuOf(service)]);
    const [now, count] = [performance.now(), answered()];
    const requests = (1000 * (count - before)) / (now - until);
    samples.push({ seconds: (now - began) / 1000, ...state, cpu, requests });
    [before, until] = [count, now];
  }
}

/** The average of the newest minute that CloudWatch has, of the last three. */
async function cpuOf(service: string): Promise<number | undefined> {
  const now = Date.now();
  const { Datapoints = [] } = await cloudWatch.send(
    new GetMetricStatisticsCommand({
      Namespace: "AWS/ECS",
      MetricName: "CPUUtilization",
      Dimensions: [
        { Name: "ClusterName", Value: `platform-${SUFFIX}` },
        { Name: "ServiceName", Value: `platform-${service}-${SUFFIX}` },
      ],
      StartTime: new Date(now - 3 * MINUTE * 1000),
      EndTime: new Date(now),
      Period: MINUTE,
      Statistics: ["Average"],
    }),
  );
  const sorted = Datapoints.sort((a, b) => Number(a.Timestamp) - Number(b.Timestamp));
  return sorted.at(-1)?.Average;
}
