import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule";
import { CloudwatchEventTarget } from "@cdktf/provider-aws/lib/cloudwatch-event-target";
import type { EcsCluster } from "@cdktf/provider-aws/lib/ecs-cluster";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import { RUNBOOKS } from "../../../spec/alarms/runbook";
import type { Config } from "../../../spec/config";
import { type AlarmTopic, ruleName } from "./topic";

/**
 * A message for each deployment that ECS gives up. It is an event and no metric, so it is over with the
 * message.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_deployment_events.html
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 */
export class FailedDeployments extends Construct {
  constructor(
    scope: Construct,
    id: string,
    config: Config,
    cluster: EcsCluster,
    topic: AlarmTopic,
  ) {
    super(scope, id);
    const rule = new CloudwatchEventRule(this, "rule", {
      name: ruleName(config),
      description: RUNBOOKS["failed-deployments"].meaning,
      eventPattern: Fn.jsonencode({
        source: ["aws.ecs"],
        "detail-type": ["ECS Deployment State Change"],
        // The event names its service, and no cluster.
        resources: [{ prefix: `${Fn.replace(cluster.arn, ":cluster/", ":service/")}/` }],
        detail: { eventName: ["SERVICE_DEPLOYMENT_FAILED"] },
      }),
    });
    new CloudwatchEventTarget(this, "target", {
      rule: rule.name,
      arn: topic.arn,
      inputTransformer: {
        inputPaths: { service: "$.resources[0]", reason: "$.detail.reason", time: "$.time" },
        inputTemplate: JSON.stringify(
          `A deployment of <service> failed at <time>: <reason> ECS runs the version before it. First: npx platform diagnose ${config.suffix}`,
        ),
      },
    });
  }
}
