import {
  AppautoscalingPolicy,
  type AppautoscalingPolicyTargetTrackingScalingPolicyConfiguration as TargetTracking,
} from "@cdktf/provider-aws/lib/appautoscaling-policy";
import { AppautoscalingScheduledAction } from "@cdktf/provider-aws/lib/appautoscaling-scheduled-action";
import { AppautoscalingTarget } from "@cdktf/provider-aws/lib/appautoscaling-target";
import type { EcsService } from "@cdktf/provider-aws/lib/ecs-service";
import type { Lb } from "@cdktf/provider-aws/lib/lb";
import { DataResource, type TerraformResource } from "cdktf";
import { Construct } from "constructs";
import type { Config } from "../../spec/config";
import { resourceName } from "../../spec/names";
import {
  SCALING_DEFAULTS,
  type Scaling,
  cooldownOf,
  fewestTasks,
  scheduleExpression,
} from "../../spec/service/scaling";
import { backlogMetric } from "./backlog";
import { replacedWith } from "./replaced-with";
import type { LoadBalancerRoute } from "./routes";

export interface AutoscalingProps {
  readonly config: Config;
  readonly service: string;
  readonly cluster: string;
  readonly ecsService: EcsService;
  readonly scaling: Scaling;
  readonly alb: Pick<Lb, "arnSuffix">;
  /** The route of a public service, whose requests the load balancer counts. */
  readonly route: LoadBalancerRoute | undefined;
  /** The queues that the service receives, by their names in the catalogue. */
  readonly queues: readonly string[];
}

/** What a policy holds at a value, by adding and removing tasks. */
type Tracked = Pick<
  TargetTracking,
  "targetValue" | "predefinedMetricSpecification" | "customizedMetricSpecification"
>;

/**
 * Adds tasks soon after load and removes them after minutes without, within the range of the time. A task
 * is added if one policy asks for it, and removed if all do. AWS deletes all of it with the ECS service, so
 * it is replaced together with that.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-autoscaling-targettracking.html
 */
export class Autoscaling extends Construct {
  constructor(scope: Construct, id: string, props: AutoscalingProps) {
    super(scope, id);
    const { config, service, ecsService, scaling } = props;
    const target = this.target(props);
    const shared = {
      serviceNamespace: target.serviceNamespace,
      scalableDimension: target.scalableDimension,
      resourceId: target.resourceId,
      lifecycle: scaling.schedule ? replacedWith(ecsService, target) : replacedWith(ecsService),
    };
    const { outSeconds, inSeconds } = cooldownOf(scaling);
    for (const [name, tracked] of Object.entries(trackedBy(props))) {
      new AppautoscalingPolicy(this, name, {
        ...shared,
        name: resourceName(config, service, name),
        policyType: "TargetTrackingScaling",
        targetTrackingScalingPolicyConfiguration: {
          ...tracked,
          scaleOutCooldown: outSeconds,
          scaleInCooldown: inSeconds,
        },
      });
    }
    scaling.schedule?.forEach((time, index) => {
      new AppautoscalingScheduledAction(this, `time-${index}`, {
        ...shared,
        name: resourceName(config, service, `time-${index}`),
        schedule: scheduleExpression(time),
        timezone: time.timeZone ?? "UTC",
        scalableTargetAction: { minCapacity: String(time.min), maxCapacity: String(time.max) },
      });
    });
  }

  /**
   * With a schedule, AWS changes the range at its times, which no plan may take back. A change in the
   * catalogue then replaces the target: it counts at once, until the next time of the schedule.
   */
  private target({ cluster, ecsService, scaling }: AutoscalingProps): AppautoscalingTarget {
    const { min, max, schedule } = scaling;
    const range: TerraformResource[] = schedule
      ? [new DataResource(this, "range", { input: { min, max } })]
      : [];
    return new AppautoscalingTarget(this, "target", {
      serviceNamespace: "ecs",
      scalableDimension: "ecs:service:DesiredCount",
      resourceId: `service/${cluster}/${ecsService.name}`,
      minCapacity: min,
      maxCapacity: max,
      lifecycle: {
        ...(schedule && { ignoreChanges: ["min_capacity", "max_capacity"] }),
        replaceTriggeredBy: [
          ...replacedWith(ecsService).replaceTriggeredBy,
          ...range.map((each) => `${each.terraformResourceType}.${each.friendlyUniqueId}`),
        ],
      },
    });
  }
}

/**
 * Averages of all tasks: CPU and memory in percent, requests in a minute, messages. A backlog takes the place
 * of CPU and memory, of which a running task always uses some: they would keep the last task.
 */
function trackedBy(props: AutoscalingProps): Readonly<Record<string, Tracked>> {
  const { scaling, alb, route } = props;
  const { backlog, requests } = scaling;
  const { cpu, memory } = backlog === undefined ? { ...SCALING_DEFAULTS, ...scaling } : scaling;
  return {
    ...(cpu !== undefined && { cpu: predefined(cpu, "ECSServiceAverageCPUUtilization") }),
    ...(memory !== undefined && {
      memory: predefined(memory, "ECSServiceAverageMemoryUtilization"),
    }),
    ...(requests !== undefined &&
      route && {
        // https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PredefinedMetricSpecification.html
        requests: predefined(
          requests,
          "ALBRequestCountPerTarget",
          `${alb.arnSuffix}/${route.targetGroup.arnSuffix}`,
        ),
      }),
    ...(backlog !== undefined && {
      backlog: {
        targetValue: backlog,
        customizedMetricSpecification: backlogMetric({
          ...props,
          target: backlog,
          mayHaveNone: fewestTasks(scaling) === 0,
        }),
      },
    }),
  };
}

function predefined(
  targetValue: number,
  predefinedMetricType: string,
  resourceLabel?: string,
): Tracked {
  return {
    targetValue,
    predefinedMetricSpecification: {
      predefinedMetricType,
      ...(resourceLabel !== undefined && { resourceLabel }),
    },
  };
}
