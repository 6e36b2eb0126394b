import { DescribeTasksCommand, StopTaskCommand, paginateListTasks } from "@aws-sdk/client-ecs";
import {
  DescribeStateMachineCommand,
  StopExecutionCommand,
  paginateListExecutions,
} from "@aws-sdk/client-sfn";
import { setTimeout as sleep } from "node:timers/promises";
import { resourceName } from "../../spec/names";
import { stateMachineArn } from "../diagnosis/executions";
import { hasName } from "../target/aws-error";
import type { Target } from "../target/target";
import { oneOffFamily } from "../tasks/one-off-definition";

/** What a change removes. */
export interface Leaving {
  /** Services, workers and jobs. */
  readonly services: readonly string[];
  /** What stays, but is no job now; it may have been one. */
  readonly formerJobs: readonly string[];
}

/** Between two looks; Terraform deletes the schedule, which may start a run until then. */
const POLL_MS = 5000;

const REASON = "it is no longer deployed";

/**
 * Stops what is removed and still runs while Terraform removes it: the runs of jobs, and one-off tasks. A
 * state machine is deleted only once its runs have ended, for which Terraform waits five minutes, and a
 * task keeps its security group and the cluster in use. ECS itself drains the tasks of its services.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_DeleteStateMachine.html
 */
export class LeavingRuns {
  private readonly ended = new AbortController();

  constructor(
    private readonly target: Pick<Target, "config" | "clients">,
    readonly leaving: Leaving,
  ) {}

  /** Stops them until the work is done. */
  async during<Result>(work: () => Promise<Result>): Promise<Result> {
    // Terraform's own error tells more than a denied request here.
    void this.keepStopping().catch(() => undefined);
    try {
      return await work();
    } finally {
      this.ended.abort();
    }
  }

  private async keepStopping(): Promise<void> {
    const { services, formerJobs } = this.leaving;
    const { signal } = this.ended;
    let jobs: ReadonlyMap<string, string> | undefined;
    while (!signal.aborted) {
      try {
        jobs ??= await this.stateMachines([...services, ...formerJobs]);
        if (services.length + jobs.size === 0) return;
        await this.stopOnce(jobs);
      } catch {
        // A run may end before it is stopped, and AWS may refuse for a moment: the next look tells.
      }
      await sleep(POLL_MS, undefined, { signal });
    }
  }

  private async stopOnce(jobs: ReadonlyMap<string, string>): Promise<void> {
    const { config } = this.target;
    for (const [job, arn] of jobs) {
      await this.stopRuns(arn);
      await this.stopTasks(resourceName(config, job));
    }
    for (const service of this.leaving.services) {
      await this.stopTasks(oneOffFamily(config, service));
    }
  }

  /** The ARNs of the state machines that there are, by name. */
  private async stateMachines(names: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const { config, clients } = this.target;
    const found = new Map<string, string>();
    for (const name of names) {
      this.ended.signal.throwIfAborted();
      const arn = await stateMachineArn(name, config, clients);
      try {
        await clients.sfn.send(
          new DescribeStateMachineCommand({ stateMachineArn: arn }),
          this.untilEnded(),
        );
        found.set(name, arn);
      } catch (error) {
        if (!hasName(error, "StateMachineDoesNotExist")) throw error;
      }
    }
    return found;
  }

  private async stopRuns(stateMachineArn: string): Promise<void> {
    const { sfn: client } = this.target.clients;
    const request = { stateMachineArn, statusFilter: "RUNNING" } as const;
    try {
      for await (const { executions = [] } of paginateListExecutions({ client }, request)) {
        for (const { executionArn } of executions) {
          const stop = new StopExecutionCommand({ executionArn, cause: REASON });
          await client.send(stop, this.untilEnded());
        }
      }
    } catch (error) {
      if (!hasName(error, "StateMachineDoesNotExist")) throw error;
    }
  }

  /** Those of a family that no ECS service has started. */
  private async stopTasks(family: string): Promise<void> {
    const { config, clients } = this.target;
    const { ecs: client } = clients;
    const cluster = resourceName(config);
    const request = { cluster, family, desiredStatus: "RUNNING" } as const;
    try {
      for await (const { taskArns: tasks = [] } of paginateListTasks({ client }, request)) {
        if (tasks.length === 0) continue;
        const answer = await client.send(new DescribeTasksCommand({ cluster, tasks }));
        for (const { taskArn: task, group } of answer.tasks ?? []) {
          if (group?.startsWith("service:")) continue;
          await client.send(new StopTaskCommand({ cluster, task, reason: REASON }));
        }
      }
    } catch (error) {
      if (!hasName(error, "ClusterNotFoundException")) throw error;
    }
  }

  private untilEnded() {
    return { abortSignal: this.ended.signal };
  }
}
