import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { DataAwsCloudwatchLogGroups } from "@cdktf/provider-aws/lib/data-aws-cloudwatch-log-groups";
import { EcsCluster } from "@cdktf/provider-aws/lib/ecs-cluster";
import { EcsClusterCapacityProviders } from "@cdktf/provider-aws/lib/ecs-cluster-capacity-providers";
import { Fn, type ITerraformDependable, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import type { Config } from "../../spec/config";
import { insightsLogGroup, resourceName } from "../../spec/names";
import { replacedWith } from "./replaced-with";

/** Logs are kept for a week, whoever writes them. */
export const LOG_DAYS = 7;

/** The ECS cluster, with Container Insights. */
export class Cluster extends Construct {
  readonly cluster: EcsCluster;
  /** What a service on Spot needs before it, and for as long as it is there. */
  readonly capacity: ITerraformDependable[];

  constructor(scope: Construct, id: string, config: Config) {
    super(scope, id);
    const insights = this.insightsLog(insightsLogGroup(config));
    this.cluster = new EcsCluster(this, "cluster", {
      name: resourceName(config),
      setting: [{ name: "containerInsights", value: "enabled" }],
      dependsOn: [insights],
    });
    this.capacity = config.capacity === "spot" ? [this.offerSpot()] : [];
  }

  /**
   * Container Insights would make this group itself, and keep its events for ever. It also makes it
   * again, minutes after a cluster was deleted, to write the last of them: a group that is there
   * already is therefore taken over when planned.
   *
   * @see https://developer.hashicorp.com/terraform/language/import
   */
  private insightsLog(name: string): CloudwatchLogGroup {
    const group = new CloudwatchLogGroup(this, "insights-log", {
      name,
      retentionInDays: LOG_DAYS,
    });
    const found = new DataAwsCloudwatchLogGroups(this, "insights-logs", {
      logGroupNamePrefix: name,
    });
    // The block of cdktf's own `importFrom` fails where there is nothing to import.
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
   * Without a default strategy, which Terraform would take for a change of services that name none.
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
