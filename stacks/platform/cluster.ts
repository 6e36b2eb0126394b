import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { EcsCluster } from "@cdktf/provider-aws/lib/ecs-cluster";
import { EcsClusterCapacityProviders } from "@cdktf/provider-aws/lib/ecs-cluster-capacity-providers";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { Config } from "../config";
import { insightsLogGroup, resourceName } from "../names";

/** Logs are kept for a week, whoever writes them. */
export const LOG_DAYS = 7;

/** The ECS cluster, with Container Insights. */
export class Cluster extends Construct {
  readonly cluster: EcsCluster;
  /** What a service on Spot needs before it, and for as long as it is there. */
  readonly capacity: ITerraformDependable[];

  constructor(scope: Construct, id: string, config: Config) {
    super(scope, id);
    // Container Insights would make this group itself, and leave it behind.
    const insights = new CloudwatchLogGroup(this, "insights-log", {
      name: insightsLogGroup(config),
      retentionInDays: LOG_DAYS,
    });
    this.cluster = new EcsCluster(this, "cluster", {
      name: resourceName(config),
      setting: [{ name: "containerInsights", value: "enabled" }],
      dependsOn: [insights],
    });
    this.capacity = config.capacity === "spot" ? [this.offerSpot()] : [];
  }

  /**
   * Without a default strategy, which Terraform would take for a change of services that name none.
   *
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html
   */
  private offerSpot(): EcsClusterCapacityProviders {
    return new EcsClusterCapacityProviders(this, "capacity-providers", {
      clusterName: this.cluster.name,
      capacityProviders: ["FARGATE", "FARGATE_SPOT"],
    });
  }
}
