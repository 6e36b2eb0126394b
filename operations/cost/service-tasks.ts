import { record } from "../terraform/terraform-events";
import { type Charge, type Estimated, HOURS, type Range } from "./charge";
import { type Resource, blocks, ofType, refersTo } from "./resources";
import { SPOT, definitionOf, sizeOf, taskHours } from "./task-size";

/**
 * The tasks of a service, from the fewest to the most of all times of its schedule. The tasks that a
 * deployment runs beside the old ones for some minutes are not counted.
 *
 * @see https://aws.amazon.com/fargate/pricing/
 */
export function serviceTasks(service: Resource, estimated: Estimated): Charge[] | undefined {
  const { resources, partOf } = estimated;
  const { values } = service;
  const definition = definitionOf(values["task_definition"], resources);
  if (!definition) return undefined;
  const strategy = blocks(values, "capacity_provider_strategy");
  const onSpot = strategy.some((each) => each["capacity_provider"] === SPOT);
  return [
    {
      part: partOf(values["name"]),
      what: `tasks of ${sizeOf(definition)}`,
      count: taskRange(service, resources),
      uses: taskHours(definition, HOURS),
      ...(onSpot && { onSpot }),
    },
  ];
}

/** How many tasks a service may have. */
export function taskRange(service: Resource, resources: readonly Resource[]): Range {
  const target = ofType(resources, "aws_appautoscaling_target").find(({ values }) =>
    refersToService(values["resource_id"], service),
  );
  const desired = Number(service.values["desired_count"] ?? 1);
  if (!target) return { from: desired, to: desired };
  const times = ofType(resources, "aws_appautoscaling_scheduled_action")
    .filter(({ values }) => refersTo(values["resource_id"], target))
    .flatMap(({ values }) => blocks(values, "scalable_target_action"));
  const ranges = [
    scheduledRange(target, resources) ?? [
      Number(target.values["min_capacity"]),
      Number(target.values["max_capacity"]),
    ],
    ...times.map((time) => [Number(time["min_capacity"]), Number(time["max_capacity"])]),
  ];
  return {
    from: Math.min(...ranges.map(([min = 0]) => min)),
    to: Math.max(...ranges.map(([, max = 0]) => max)),
  };
}

/** `service/CLUSTER/SERVICE`; the cluster's name is a part of it too. */
function refersToService(id: unknown, service: Resource): boolean {
  return typeof id === "string" && refersTo(`/${id.split("/").at(-1) ?? ""}`, service);
}

/**
 * The range as it is in the catalogue. That of a deployed target is the one of the last time of its
 * schedule, which AWS has put there.
 */
function scheduledRange(target: Resource, resources: readonly Resource[]): number[] | undefined {
  const [, scope] = /[.](.+)_target_[0-9A-F]{8}$/.exec(target.address) ?? [];
  const range = ofType(resources, "terraform_data").find(
    ({ address }) => scope !== undefined && address.startsWith(`terraform_data.${scope}_range_`),
  );
  if (!range) return undefined;
  const { min, max } = record(range.values["input"]);
  return [Number(min), Number(max)];
}
