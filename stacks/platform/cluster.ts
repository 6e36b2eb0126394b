import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { EcsCluster } from "@cdktf/provider-aws/lib/ecs-cluster";
import { Construct } from "constructs";
import type { Config } from "../config";
import { insightsLogGroup, resourceName } from "../names";

/** Logs are kept for a week, whoever writes them. */
export const LOG_DAYS = 7;

/** The ECS cluster, with Container Insights. */
export class Cluster extends Construct {
  readonly cluster: EcsCluster;

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
  }
}
