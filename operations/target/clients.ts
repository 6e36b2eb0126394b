import { ApplicationAutoScalingClient } from "@aws-sdk/client-application-auto-scaling";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { ECRClient } from "@aws-sdk/client-ecr";
import { ECSClient, type ECSClientConfig } from "@aws-sdk/client-ecs";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { RDSClient } from "@aws-sdk/client-rds";
import { SFNClient } from "@aws-sdk/client-sfn";
import { SQSClient } from "@aws-sdk/client-sqs";
import { SSMClient } from "@aws-sdk/client-ssm";
import { STSClient } from "@aws-sdk/client-sts";

/** Clients for the AWS services that report the state of services, jobs, queues, images, databases and secrets. */
export interface Clients {
  readonly ecr: ECRClient;
  readonly ecs: ECSClient;
  readonly logs: CloudWatchLogsClient;
  readonly loadBalancing: ElasticLoadBalancingV2Client;
  readonly rds: RDSClient;
  readonly scaling: ApplicationAutoScalingClient;
  readonly sfn: SFNClient;
  readonly sqs: SQSClient;
  /** Tells the account, which the name of a job's state machine needs. */
  readonly sts: STSClient;
  readonly ssm: SSMClient;
}

/** Endpoint, region and credentials; omitted settings come from the environment, as in the AWS CLI. */
export type ClientSettings = Pick<
  ECSClientConfig,
  "endpoint" | "region" | "credentials" | "maxAttempts" | "useFipsEndpoint" | "useDualstackEndpoint"
>;

/** The time for an attempt of a request of a check, in milliseconds. Three fit within its 15 seconds. */
export const LIMITS = {
  connectionTimeout: 3_000,
  requestTimeout: 4_000,
  throwOnRequestTimeout: true,
};

/**
 * Longer than any answer takes, also those of a busy machine's local AWS: a request that changes something
 * would otherwise be sent a second time while the first one is at work.
 */
const PATIENT = { ...LIMITS, requestTimeout: 30_000 };

export function createClients(settings: ClientSettings): Clients {
  const limited = { ...settings, requestHandler: PATIENT };
  return {
    ecr: new ECRClient(limited),
    ecs: new ECSClient(limited),
    logs: new CloudWatchLogsClient(limited),
    loadBalancing: new ElasticLoadBalancingV2Client(limited),
    rds: new RDSClient(limited),
    scaling: new ApplicationAutoScalingClient(limited),
    sfn: new SFNClient(limited),
    sqs: new SQSClient(limited),
    sts: new STSClient(limited),
    ssm: new SSMClient(limited),
  };
}
