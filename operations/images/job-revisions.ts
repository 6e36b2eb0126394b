import { paginateListTaskDefinitions } from "@aws-sdk/client-ecs";
import {
  DescribeStateMachineForExecutionCommand,
  paginateListExecutions,
} from "@aws-sdk/client-sfn";
import { resourceName } from "../../spec/names";
import { kindOf } from "../../spec/service/kinds";
import { stateMachineArn } from "../diagnosis/executions";
import { hasName } from "../target/aws-error";
import type { Clients } from "../target/clients";
import type { Target } from "../target/target";
import { readJobTask, startedBy } from "../tasks/deployed-task";

/** The most runs of one job that are asked for what they start, each with a request. */
const MOST_RUNS = 50;

/**
 * The ARNs of the revisions that runs of the environment's jobs may start: that of a job's next run, and of
 * each run that goes on the one of its start, which its next try starts again.
 *
 * @returns none for a job that is not deployed
 * @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_UpdateStateMachine.html
 */
export async function jobRevisions(target: JobsOf): Promise<string[]> {
  const { config, services, clients } = target;
  const revisions: string[] = [];
  for (const [job, spec] of Object.entries(services)) {
    if (kindOf(spec) !== "job") continue;
    const task = await readJobTask({ service: job, config }, clients);
    if (!task) continue;
    const ofRuns = await runRevisions(await running(job, target), clients);
    revisions.push(task.taskDefinition, ...(ofRuns ?? (await activeRevisions(job, target))));
  }
  return revisions;
}

/** What is known of an environment's jobs. */
export type JobsOf = Pick<Target, "config" | "services" | "clients">;

/** The ARNs of the runs of a job that go on; of more than `MOST_RUNS`, at least one more. */
async function running(job: string, { config, clients }: JobsOf): Promise<string[]> {
  const request = {
    stateMachineArn: await stateMachineArn(job, config, clients),
    statusFilter: "RUNNING",
  } as const;
  const arns: string[] = [];
  try {
    for await (const page of paginateListExecutions({ client: clients.sfn }, request)) {
      arns.push(...(page.executions ?? []).flatMap(({ executionArn }) => executionArn ?? []));
      if (arns.length > MOST_RUNS) break;
    }
  } catch (error) {
    if (!hasName(error, "StateMachineDoesNotExist")) throw error;
  }
  return arns;
}

/**
 * What these runs start; `undefined` if that is not known of each.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeStateMachineForExecution.html
 */
async function runRevisions(
  runs: readonly string[],
  { sfn }: Clients,
): Promise<string[] | undefined> {
  if (runs.length > MOST_RUNS) return undefined;
  const revisions: string[] = [];
  for (const run of runs) {
    try {
      const { definition = "{}" } = await sfn.send(
        new DescribeStateMachineForExecutionCommand({ executionArn: run }),
      );
      const task = startedBy(JSON.parse(definition));
      if (!task) return undefined;
      revisions.push(task.taskDefinition);
    } catch (error) {
      // It has ended, so it starts nothing.
      if (!hasName(error, "ExecutionDoesNotExist")) throw error;
    }
  }
  return revisions;
}

/** All that a run of the job may have started with. */
async function activeRevisions(job: string, { config, clients }: JobsOf): Promise<string[]> {
  const { ecs: client } = clients;
  // In this API alone, the prefix is a full family name.
  const request = { familyPrefix: resourceName(config, job), status: "ACTIVE" } as const;
  const revisions: string[] = [];
  for await (const page of paginateListTaskDefinitions({ client }, request)) {
    revisions.push(...(page.taskDefinitionArns ?? []));
  }
  return revisions;
}
