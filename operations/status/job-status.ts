import type { Config } from "../../spec/config";
import { stateMachineArn } from "../diagnosis/executions";
import { hasSucceeded } from "../diagnosis/job-diagnosis";
import { describeRun } from "../diagnosis/job-findings";
import { type LastRun, readLastRun } from "../diagnosis/last-run";
import { hasName } from "../target/aws-error";
import type { Clients } from "../target/clients";
import type { JobStatus } from "./entry";

/** The last run of a job. */
export async function jobStatus(
  job: string,
  config: Config,
  clients: Pick<Clients, "sfn" | "sts">,
): Promise<Omit<JobStatus, "name" | "kind" | "queues">> {
  try {
    const last = await readLastRun(await stateMachineArn(job, config, clients), clients);
    const well = !last || (last.run !== undefined && hasSucceeded(last.run));
    return { deployed: true, well, lastRun: last && inWords(last) };
  } catch (error) {
    if (!hasName(error, "StateMachineDoesNotExist")) throw error;
    return { deployed: false, well: false, lastRun: undefined };
  }
}

function inWords({ run, leftOut }: LastRun): string {
  return run ? describeRun(run) : `unknown: the last ${leftOut} were left out`;
}
