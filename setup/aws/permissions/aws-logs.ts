import type { Environment } from "./environment";
import { NOTHING, type PermissionTable, allowEverywhere, of } from "./grant";
import { ec2Grants } from "./network";

/**
 * The network's flow log, which has its bucket in buckets.ts.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-s3.html
 */
export function awsLogs(environment: Environment): PermissionTable {
  const { read, create, change, use, tag } = ec2Grants(environment);
  return {
    aws_flow_log: {
      read: [read("DescribeFlowLogs")],
      write: [
        create("vpc-flow-log", "CreateFlowLogs"),
        use("vpc", "CreateFlowLogs"),
        change("vpc-flow-log", "DeleteFlowLogs"),
        ...tag("vpc-flow-log", "CreateFlowLogs"),
        allowEverywhere("A delivery of logs is not a resource.", [
          ...of("logs", "CreateLogDelivery", "GetLogDelivery", "ListLogDeliveries"),
          ...of("logs", "UpdateLogDelivery", "DeleteLogDelivery"),
        ]),
      ],
    },
    "data.aws_caller_identity": {
      ...NOTHING,
      read: [allowEverywhere("The caller is not a resource.", of("sts", "GetCallerIdentity"))],
    },
    "data.aws_partition": NOTHING,
  };
}
