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

export function createClients(settings: ClientSettings): Clients {
  return {
    ecr: new ECRClient(settings),
    ecs: new ECSClient(settings),
    logs: new CloudWatchLogsClient(settings),
    loadBalancing: new ElasticLoadBalancingV2Client(settings),
    rds: new RDSClient(settings),
    scaling: new ApplicationAutoScalingClient(settings),
    sfn: new SFNClient(settings),
    sqs: new SQSClient(settings),
    sts: new STSClient(settings),
    ssm: new SSMClient(settings),
  };
}
