import { paginateListTaskDefinitions } from "@aws-sdk/client-ecs";
import { ListExecutionsCommand } from "@aws-sdk/client-sfn";
import { resourceName } from "../../spec/names";
import { kindOf } from "../../spec/service/kinds";
import { stateMachineArn } from "../diagnosis/executions";
import { hasName } from "../target/aws-error";
import type { Target } from "../target/target";
import { readJobTask } from "../tasks/deployed-task";

/**
 * The ARNs of the revisions that runs of the environment's jobs may start: that of a job's next run, and
 * while a run goes on every ACTIVE one of the job. A run keeps the definition that its state machine had
 * when it started, so its next try starts the revision of that time. Which one it is, only a request for
 * each run would tell, and one that nothing needs stays ACTIVE until a deployment finds no run.
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
    revisions.push(task.taskDefinition);
    if (await goesOn(job, target)) revisions.push(...(await activeRevisions(job, target)));
  }
  return revisions;
}

/** What is known of an environment's jobs. */
export type JobsOf = Pick<Target, "config" | "services" | "clients">;

async function goesOn(job: string, { config, clients }: JobsOf): Promise<boolean> {
  const arn = await stateMachineArn(job, config, clients);
  try {
    const { executions = [] } = await clients.sfn.send(
      new ListExecutionsCommand({ stateMachineArn: arn, statusFilter: "RUNNING", maxResults: 1 }),
    );
    return executions.length > 0;
  } catch (error) {
    if (hasName(error, "StateMachineDoesNotExist")) return false;
    throw error;
  }
}

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
