import { list, record } from "../terraform/terraform-events";
import { type Charge, type Estimated, HOURS } from "./charge";
import { type Resource, blocks, ofType, refersTo } from "./resources";
import { runsAMonth } from "./runs";
import { SPOT, definitionOf, sizeOf, taskHours } from "./task-size";

/** AWS bills at least a minute of each task. */
const LEAST_MINUTES = 1;

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
