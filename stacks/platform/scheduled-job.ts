import type { EcsService } from "@cdktf/provider-aws/lib/ecs-service";
import { SchedulerSchedule } from "@cdktf/provider-aws/lib/scheduler-schedule";
import { SfnStateMachine } from "@cdktf/provider-aws/lib/sfn-state-machine";
import { Construct } from "constructs";
import { resourceName } from "../../spec/names";
import { jobLimitsOf, scheduleExpression } from "../../spec/service/schedule";
import type { Job } from "../../spec/service/spec";
import { accountOf } from "./account";
import type { Cluster } from "./cluster";
import { JobRoles } from "./job-roles";
import { jobRuns } from "./job-runs";
import type { Network } from "./network";
import type { SecurityGroups } from "./security-groups";
import { TaskDefinition, type TaskDefinitionProps } from "./task-definition";

export interface ScheduledJobProps extends TaskDefinitionProps {
  readonly job: Job;
  readonly network: Network;
  readonly cluster: Cluster;
  readonly securityGroups: SecurityGroups;
  /** The ECS services by name, those that it calls among them. */
  readonly running: ReadonlyMap<string, EcsService>;
}

/** How long EventBridge Scheduler tries to start a run that AWS refuses for a while. */
const START_LIMITS = { seconds: 3600, attempts: 10 } as const;

/**
 * One job: a task that starts at set times and runs to its end. EventBridge Scheduler knows the times, and
 * starts an execution of a state machine, which runs the task, limits its time and tries it again.
 *
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/what-is-scheduler.html
 */
export class ScheduledJob extends Construct {
  /** Finishes a change once the next run takes the new version. */
  readonly schedule: SchedulerSchedule;
  /** The ARN of its state machine, whose executions are its runs. */
  readonly runs: string;

  constructor(scope: Construct, id: string, props: ScheduledJobProps) {
    super(scope, id);
    const { config, service, job, network, cluster, securityGroups, running, image } = props;
    const task = new TaskDefinition(this, "task", props);
    const roles = new JobRoles(this, "roles", {
      config,
      job: service,
      overlap: jobLimitsOf(job.schedule).overlap,
      account: accountOf([image.repositoryArn]),
      cluster: cluster.cluster,
      taskRoles: [task.roles.execution, task.roles.task],
    });
    const runs = new SfnStateMachine(this, "runs", {
      name: resourceName(config, service),
      roleArn: roles.run.arn,
      definition: jobRuns(job, config, {
        cluster: cluster.cluster.arn,
        taskDefinition: task.arn,
        subnets: network.privateSubnets.map(({ id }) => id),
        securityGroups: securityGroups.of(service),
      }),
      dependsOn: [
        ...roles.policies,
        ...task.needed,
        securityGroups.egressOf(service),
        ...securityGroups.furtherRulesOf(service),
        ...network.egress,
        ...cluster.capacity,
      ],
    });
    this.runs = runs.arn;
    const { timeZone = "UTC" } = job.schedule;
    this.schedule = new SchedulerSchedule(this, "schedule", {
      name: resourceName(config, service),
      description: `Starts ${service}`,
      scheduleExpression: scheduleExpression(job.schedule),
      scheduleExpressionTimezone: timeZone,
      flexibleTimeWindow: { mode: "OFF" },
      target: {
        arn: runs.arn,
        roleArn: roles.due.arn,
        // Without it the scheduler sends a notice of its own.
        input: "{}",
        retryPolicy: {
          maximumEventAgeInSeconds: START_LIMITS.seconds,
          maximumRetryAttempts: START_LIMITS.attempts,
        },
      },
      // The first run of a job that starts every few minutes comes with its schedule, and calls them.
      ...(job.calls && { dependsOn: job.calls.flatMap((callee) => running.get(callee) ?? []) }),
    });
  }
}
