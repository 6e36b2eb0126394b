import { describe, expect, test } from "vitest";
import type { Job } from "../../../../spec/service/spec";
import { plain, synthesize } from "../../../support/synth";

const nightly: Job = { size: { cpu: 256, memory: 512 }, schedule: { everyMinutes: 60 } };

function platformOf(job: Job = nightly, env: Record<string, string> = {}) {
  return synthesize({ nightly: job }, env).platform;
}

function statements(id: string, job?: Job): Record<string, unknown>[] | undefined {
  const documents = plain(platformOf(job).json["data"]?.["aws_iam_policy_document"]);
  return (documents as Record<string, { statement: Record<string, unknown>[] }>)[
    `jobs_nightly_roles_${id}`
  ]?.statement;
}

// The registry's, of the ARN of the job's repository.
const REPOSITORY =
  "data.terraform_remote_state.cross-stack-reference-input-registry.outputs.cross-stack-output-aws_ecr_repositoryimages_nightly_repositoryarn";
const ACCOUNT = `\${element(split(":", ${REPOSITORY}), 4)}`;
const arn = (service: string, resource: string) =>
  `arn:aws:${service}:us-east-1:${ACCOUNT}:${resource}`;
const RUNS = arn("states", "stateMachine:platform-nightly-dev");

test("Step Functions may run the job's own task in its own cluster, and pass the roles of that", () => {
  const tasks = [arn("ecs", "task/${aws_ecs_cluster.cluster.name}/*")];
  const inCluster = [
    { test: "ArnEquals", variable: "ecs:cluster", values: ["${aws_ecs_cluster.cluster.arn}"] },
  ];
  expect(statements("run-permissions")).toEqual([
    { sid: "FindRuns", actions: ["states:ListExecutions"], resources: [RUNS] },
    {
      sid: "RunTask",
      actions: ["ecs:RunTask"],
      resources: [arn("ecs", "task-definition/platform-nightly-dev:*")],
      condition: inCluster,
    },
    { sid: "TagTask", actions: ["ecs:TagResource"], resources: tasks },
    {
      sid: "FollowTask",
      actions: ["ecs:DescribeTasks", "ecs:StopTask"],
      resources: tasks,
      condition: inCluster,
    },
    {
      sid: "PassTaskRoles",
      actions: ["iam:PassRole"],
      resources: [
        "${aws_iam_role.jobs_nightly_task_roles_execution.arn}",
        "${aws_iam_role.jobs_nightly_task_roles_task.arn}",
      ],
      condition: [
        {
          test: "StringEquals",
          variable: "iam:PassedToService",
          values: ["ecs-tasks.amazonaws.com"],
        },
      ],
    },
    {
      sid: "HearOfItsEnd",
      actions: ["events:DescribeRule", "events:PutRule", "events:PutTargets"],
      resources: [arn("events", "rule/StepFunctionsGetEventsForECSTaskRule")],
    },
  ]);
});

test("a job that may overlap does not look for its runs", () => {
  const overlapping: Job = { ...nightly, schedule: { everyMinutes: 60, overlap: true } };
  expect(statements("run-permissions", overlapping)?.map(({ sid }) => sid)).toEqual([
    "RunTask",
    "TagTask",
    "FollowTask",
    "PassTaskRoles",
    "HearOfItsEnd",
  ]);
});

test("EventBridge Scheduler may start the job's runs, and nothing else", () => {
  expect(statements("due-permissions")).toEqual([
    { actions: ["states:StartExecution"], resources: [RUNS] },
  ]);
});

test.each([
  ["run", "states.amazonaws.com", RUNS],
  ["due", "scheduler.amazonaws.com", arn("scheduler", "schedule-group/default")],
])("the role %s is assumed by %s alone, for this account and resource", (kind, service, source) => {
  expect(statements(`${kind}-trust`)).toEqual([
    {
      actions: ["sts:AssumeRole"],
      principals: [{ type: "Service", identifiers: [service] }],
      condition: [
        { test: "StringEquals", variable: "aws:SourceAccount", values: [ACCOUNT] },
        { test: "ArnEquals", variable: "aws:SourceArn", values: [source] },
      ],
    },
  ]);
});

describe("the roles of a job", () => {
  const roles = (env?: Record<string, string>) =>
    platformOf(nightly, env)
      .resources("aws_iam_role")
      .filter(({ name }) => /-(run|due)-/.test(String(name)));

  test("say who assumes them", () => {
    expect(roles().map(({ description }) => description)).toEqual([
      "EventBridge Scheduler starts nightly with this role",
      "Step Functions runs nightly with this role",
    ]);
  });

  test("have a permissions boundary where the deployments demand one", () => {
    for (const role of roles()) expect(role).not.toHaveProperty("permissions_boundary");
    const boundary = "arn:aws:iam::123456789012:policy/setup/boundary";
    expect(
      roles({ PLATFORM_PERMISSIONS_BOUNDARY: boundary }).map(
        (role) => role["permissions_boundary"],
      ),
    ).toEqual([boundary, boundary]);
  });
});
