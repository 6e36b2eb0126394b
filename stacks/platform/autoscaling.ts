import { AppautoscalingPolicy } from "@cdktf/provider-aws/lib/appautoscaling-policy";
import { AppautoscalingTarget } from "@cdktf/provider-aws/lib/appautoscaling-target";
import type { EcsService } from "@cdktf/provider-aws/lib/ecs-service";
import { Construct } from "constructs";
import type { Config } from "../../spec/config";
import { resourceName } from "../../spec/names";
import { replacedWith } from "./replaced-with";

export interface AutoscalingProps {
  readonly config: Config;
  readonly service: string;
  readonly cluster: string;
  readonly ecsService: EcsService;
  readonly min: number;
  readonly max: number;
}

/** Each policy's target for the average of all tasks, in percent. */
const TARGETS = {
  cpu: { metric: "ECSServiceAverageCPUUtilization", percent: 70 },
  memory: { metric: "ECSServiceAverageMemoryUtilization", percent: 80 },
} as const;

/**
 * Adds tasks within a minute of load and removes them after five quiet minutes. Its target and policies
 * are replaced with the ECS service, because AWS deletes them with it.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-autoscaling-targettracking.html
 */
export class Autoscaling extends Construct {
  constructor(scope: Construct, id: string, props: AutoscalingProps) {
    super(scope, id);
    const lifecycle = replacedWith(props.ecsService);
    const target = new AppautoscalingTarget(this, "target", {
      serviceNamespace: "ecs",
      scalableDimension: "ecs:service:DesiredCount",
      resourceId: `service/${props.cluster}/${props.ecsService.name}`,
      minCapacity: props.min,
      maxCapacity: props.max,
      lifecycle,
    });
    for (const [name, { metric, percent }] of Object.entries(TARGETS)) {
      new AppautoscalingPolicy(this, name, {
        name: resourceName(props.config, props.service, name),
        policyType: "TargetTrackingScaling",
        serviceNamespace: target.serviceNamespace,
        scalableDimension: target.scalableDimension,
        resourceId: target.resourceId,
        targetTrackingScalingPolicyConfiguration: {
          predefinedMetricSpecification: { predefinedMetricType: metric },
          targetValue: percent,
          scaleOutCooldown: 60,
          scaleInCooldown: 300,
        },
        lifecycle,
      });
    }
  }
}
