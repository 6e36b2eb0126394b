import { list, record } from "../terraform/terraform-events";
import { type Charge, HOURS, type Range } from "./charge";
import { type Resource, blocks, ofType, refersTo } from "./resources";
import { runsAMonth } from "./runs";

/** What an estimate of one environment is made of. */
export interface Estimated {
  readonly resources: readonly Resource[];
  /** The service or the job that has a resource of this name: `flask-api` of `platform-flask-api-dev`. */
  readonly partOf: (name: unknown) => string;
  /** The day from which jobs are counted for a year. */
  readonly start: Date;
}

const SPOT = "FARGATE_SPOT";

/** AWS bills at least a minute of each task. */
const LEAST_MINUTES = 1;

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

/**
 * The runs of a job: at least a minute each, and at most its limit with every retry. Unless its runs may
 * overlap, they take no more than the whole month.
 */
export function jobTasks(schedule: Resource, estimated: Estimated): Charge[] | undefined {
  const run = runOf(schedule, estimated.resources);
  if (!run) return undefined;
  const parameters = record(run.state["Parameters"]);
  const definition = definitionOf(parameters["TaskDefinition"], estimated.resources);
  if (!definition) return undefined;
  const { state, overlaps } = run;
  const runs = runsAMonth(String(schedule.values["schedule_expression"]), estimated.start);
  const tries = 1 + Number(record(list(state["Retry"])[0])["MaxAttempts"] ?? 0);
  const longest = (runs * tries * Number(state["TimeoutSeconds"])) / 3600;
  const to = overlaps ? longest : Math.min(longest, HOURS);
  const onSpot = JSON.stringify(parameters).includes(SPOT);
  return [
    {
      part: estimated.partOf(schedule.values["name"]),
      what: `hours of a task of ${sizeOf(definition)}, in ${Math.round(runs)} runs`,
      count: { from: Math.min((runs * LEAST_MINUTES) / 60, to), to },
      uses: taskHours(definition, 1),
      ...(onSpot && { onSpot }),
    },
  ];
}

/** The state that runs the task of a job. */
function runOf(schedule: Resource, resources: readonly Resource[]) {
  const { arn } = blocks(schedule.values, "target")[0] ?? {};
  const machine = ofType(resources, "aws_sfn_state_machine").find((each) => refersTo(arn, each));
  if (!machine) return undefined;
  const { StartAt, States } = machineOf(machine.values["definition"]);
  const state = record(record(States)["Run"]);
  return { state, overlaps: StartAt === "Run" };
}

/** A definition; empty if it is not JSON but an expression of Terraform, as another team's may be. */
function machineOf(definition: unknown): Readonly<Record<string, unknown>> {
  try {
    return record(JSON.parse(String(definition)));
  } catch {
    return {};
  }
}

function definitionOf(value: unknown, resources: readonly Resource[]): Resource | undefined {
  return ofType(resources, "aws_ecs_task_definition").find((each) => refersTo(value, each));
}

function isArm({ values }: Resource): boolean {
  return blocks(values, "runtime_platform")[0]?.["cpu_architecture"] === "ARM64";
}

function taskHours(definition: Resource, hours: number): Charge["uses"] {
  const cpu = Number(definition.values["cpu"]) / 1024;
  const memory = Number(definition.values["memory"]) / 1024;
  return isArm(definition)
    ? { fargateArmVcpuHour: cpu * hours, fargateArmGbHour: memory * hours }
    : { fargateX86VcpuHour: cpu * hours, fargateX86GbHour: memory * hours };
}

/** `0.25 vCPU and 0.5 GB (ARM64)` */
function sizeOf(definition: Resource): string {
  const { cpu, memory } = definition.values;
  const arm = isArm(definition) ? " (ARM64)" : "";
  return `${Number(cpu) / 1024} vCPU and ${Number(memory) / 1024} GB${arm}`;
}
