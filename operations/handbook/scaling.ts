import { taskRange } from "../cost/service-tasks";
import { type Resource, blocks, ofType, refersTo } from "../cost/resources";
import { record } from "../terraform/terraform-events";

/** How many tasks a service has, and what changes that. */
export interface Scaling {
  /** The fewest and the most of all times. */
  readonly from: number;
  readonly to: number;
  /** What adds a task, such as `CPU above 70 %`. */
  readonly by: readonly string[];
  /** The times at which another range begins. */
  readonly times: readonly ScalingTime[];
}

export interface ScalingTime {
  /** `cron(0 8 ? * MON-FRI *)`, as EventBridge writes it. */
  readonly schedule: string;
  readonly timeZone: string;
  readonly min: number;
  readonly max: number;
}

/** Application Auto Scaling's own metrics, in words. */
const METRICS: Readonly<Record<string, (target: string) => string>> = {
  ECSServiceAverageCPUUtilization: (target) => `CPU above ${target} %`,
  ECSServiceAverageMemoryUtilization: (target) => `memory above ${target} %`,
  ALBRequestCountPerTarget: (target) => `more than ${target} requests a minute for each task`,
};

/** Reads the scaling of an ECS service from the stacks. */
export function scalingOf(service: Resource, resources: readonly Resource[]): Scaling {
  const target = ofType(resources, "aws_appautoscaling_target").find(({ values }) =>
    refersTo(`/${String(values["resource_id"]).split("/").at(-1) ?? ""}`, service),
  );
  const ofTarget = (type: string) =>
    ofType(resources, type).filter(
      ({ values }) => target !== undefined && refersTo(values["resource_id"], target),
    );
  return {
    ...taskRange(service, resources),
    by: ofTarget("aws_appautoscaling_policy").map(({ values }) => reasonOf(values)),
    times: ofTarget("aws_appautoscaling_scheduled_action").map(({ values }) => {
      const range = record(blocks(values, "scalable_target_action")[0]);
      return {
        schedule: String(values["schedule"]),
        timeZone: String(values["timezone"]),
        min: Number(range["min_capacity"]),
        max: Number(range["max_capacity"]),
      };
    }),
  };
}

function reasonOf(policy: Resource["values"]): string {
  const tracking = record(blocks(policy, "target_tracking_scaling_policy_configuration")[0]);
  const target = String(tracking["target_value"]);
  const [predefined] = blocks(tracking, "predefined_metric_specification");
  if (predefined === undefined) return `more than ${target} messages for each task`;
  const metric = String(predefined["predefined_metric_type"]);
  return METRICS[metric]?.(target) ?? `${metric} above ${target}`;
}
