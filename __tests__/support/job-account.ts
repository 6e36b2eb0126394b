import type { Services } from "../../spec/service/spec";
import { jobRuns } from "../../stacks/platform/job-runs";
import { readConfig } from "../../project";
import type { callsOf } from "./aws-calls";
import { awsError } from "./preflight";
import { targetOf } from "./target";

const MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:platform-nightly-dev";

/** What AWS has of the job `nightly`: the revisions of its task definition, and the runs that go on. */
interface DeployedJob {
  /** The revision that its next run starts. */
  readonly current: number;
  readonly active: readonly number[];
  readonly running: readonly RunningJob[];
}

/** A run: the revision of its start; `undefined` if its definition is none of the platform's. */
interface RunningJob {
  readonly revision: number | undefined;
}

/** An environment whose one service is the job, and the answers of its account. */
export function jobAccount(job: DeployedJob | undefined) {
  const { config } = readConfig({});
  const nightly = { size: { cpu: 256, memory: 512 }, schedule: { everyMinutes: 60 } } as const;
  const services: Services = { nightly };
  const definitionOf = (revision: number) => {
    const taskDefinition = `platform-nightly-dev:${revision}`;
    const task = { cluster: "platform-dev", taskDefinition, subnets: [], securityGroups: [] };
    return jobRuns(nightly, config, task);
  };
  const answers: Parameters<typeof callsOf>[1] = {
    GetCallerIdentity: () => ({ Account: "123456789012" }),
    DescribeStateMachine: ({ stateMachineArn }) => {
      if (stateMachineArn !== MACHINE || !job) throw awsError("StateMachineDoesNotExist");
      return { definition: definitionOf(job.current) };
    },
    DescribeStateMachineForExecution: ({ executionArn }) => {
      const run = job?.running[Number(executionArn)];
      if (!run) throw awsError("ExecutionDoesNotExist");
      return { definition: run.revision === undefined ? "{}" : definitionOf(run.revision) };
    },
    ListExecutions: ({ stateMachineArn, statusFilter }) => {
      if (stateMachineArn !== MACHINE || statusFilter !== "RUNNING") throw awsError("InvalidArn");
      return { executions: job?.running.map((_, index) => ({ executionArn: String(index) })) };
    },
    ListTaskDefinitions: ({ familyPrefix, status }) => {
      if (status !== "ACTIVE") throw awsError("ClientException");
      return { taskDefinitionArns: job?.active.map((each) => `${String(familyPrefix)}:${each}`) };
    },
  };
  return { target: targetOf({ config, services }), answers };
}
