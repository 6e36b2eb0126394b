import { FlowLog } from "@cdktf/provider-aws/lib/flow-log";
import type { Construct } from "constructs";
import type { LogBucket } from "./log-bucket";
import type { Network } from "./network";

/**
 * Logs each connection in the VPC, accepted or rejected, every ten minutes. In a bucket they need no role
 * and cost half of what CloudWatch Logs takes.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-s3.html
 */
export function logNetwork(
  scope: Construct,
  { vpc }: Network,
  { bucket, policy }: LogBucket,
): void {
  new FlowLog(scope, "flow-log", {
    vpcId: vpc.id,
    trafficType: "ALL",
    logDestinationType: "s3",
    logDestination: bucket.arn,
    maxAggregationInterval: 600,
    dependsOn: [policy],
  });
}
