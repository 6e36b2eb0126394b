import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { ECRClient } from "@aws-sdk/client-ecr";
import { ECSClient, type ECSClientConfig } from "@aws-sdk/client-ecs";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";

/** Those parts of AWS that know how a service is, and whether its image is there. */
export interface Clients {
  readonly ecr: ECRClient;
  readonly ecs: ECSClient;
  readonly logs: CloudWatchLogsClient;
  readonly loadBalancing: ElasticLoadBalancingV2Client;
}

/** Where AWS is and who asks; what is left out comes from the environment, as in the AWS CLI. */
export type ClientSettings = Pick<
  ECSClientConfig,
  "endpoint" | "region" | "credentials" | "maxAttempts"
>;

export function createClients(settings: ClientSettings): Clients {
  return {
    ecr: new ECRClient(settings),
    ecs: new ECSClient(settings),
    logs: new CloudWatchLogsClient(settings),
    loadBalancing: new ElasticLoadBalancingV2Client(settings),
  };
}
