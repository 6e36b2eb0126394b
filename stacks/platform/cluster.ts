import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { DataAwsCloudwatchLogGroups } from "@cdktf/provider-aws/lib/data-aws-cloudwatch-log-groups";
import { EcsCluster } from "@cdktf/provider-aws/lib/ecs-cluster";
import { EcsClusterCapacityProviders } from "@cdktf/provider-aws/lib/ecs-cluster-capacity-providers";
import { Fn, type ITerraformDependable, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import type { Config } from "../../spec/config";
import { insightsLogGroup, resourceName } from "../../spec/names";
import { logDays } from "./log-days";
import { replacedWith } from "./replaced-with";

/** The ECS cluster, with Container Insights. */
export class Cluster extends Construct {
  readonly cluster: EcsCluster;
  /** Dependencies of a service on Spot, which must outlive it. */
  readonly capacity: ITerraformDependable[];

  constructor(scope: Construct, id: string, config: Config) {
    super(scope, id);
    const insights = this.insightsLog(config);
    this.cluster = new EcsCluster(this, "cluster", {
      name: resourceName(config),
      setting: [{ name: "containerInsights", value: "enabled" }],
      dependsOn: [insights],
    });
    this.capacity = config.capacity === "spot" ? [this.offerSpot()] : [];
  }

  /**
   * Container Insights would create this group itself and keep its events forever. It also recreates the
   * group minutes after a cluster is deleted, to write the last events. The plan therefore imports an
   * existing group.
   *
   * @see https://developer.hashicorp.com/terraform/language/import
   */
  private insightsLog(config: Config): CloudwatchLogGroup {
    const name = insightsLogGroup(config);
    const group = new CloudwatchLogGroup(this, "insights-log", {
      name,
      retentionInDays: logDays(config),
    });
    const found = new DataAwsCloudwatchLogGroups(this, "insights-logs", {
      logGroupNamePrefix: name,
    });
    // The block of cdktf's `importFrom` fails if there is nothing to import.
    TerraformStack.of(this).addOverride("import", [
      {
        for_each: Fn.setintersection([name], [found.logGroupNames]),
        id: "${each.value}",
        to: `${group.terraformResourceType}.${group.friendlyUniqueId}`,
      },
    ]);
    return group;
  }

  /**
   * Has no default strategy: Terraform would see it as a change in services that name none.
   *
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html
   */
  private offerSpot(): EcsClusterCapacityProviders {
    return new EcsClusterCapacityProviders(this, "capacity-providers", {
      clusterName: this.cluster.name,
      capacityProviders: ["FARGATE", "FARGATE_SPOT"],
      lifecycle: replacedWith(this.cluster),
    });
  }
}
