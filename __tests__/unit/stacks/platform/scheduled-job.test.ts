import { describe, expect, test } from "vitest";
import guarded from "../../../../local/emulator/tests/jobs/guarded.json";
import type { Job, Services } from "../../../../spec/service/spec";
import { fixture } from "../../../support/services";
import { containersOf, plain, synthesize } from "../../../support/synth";

const size = { cpu: 256, memory: 512 } as const;
const nightly: Job = {
  size,
  schedule: { cron: "30 2 * * ? *", timeZone: "Europe/Zurich", limitMinutes: 20, retries: 2 },
  database: true,
};
const services: Services = { orders: fixture.orders, nightly };
const { platform } = synthesize(services);

/** The definition of the job's state machine. */
function runs(job: Job = nightly, settings = {}) {
  const [machine] = synthesize({ nightly: job }, {}, settings).platform.resources(
    "aws_sfn_state_machine",
  );
  return JSON.parse(String(machine?.["definition"])) as {
    StartAt: string;
    States: Record<string, Record<string, unknown>>;
  };
}

describe("a job", () => {
  test("starts at its times, in its zone, and not minutes later", () => {
    expect(plain(platform.resources("aws_scheduler_schedule"))).toMatchObject([
      {
        name: "platform-nightly-dev",
        schedule_expression: "cron(30 2 * * ? *)",
        schedule_expression_timezone: "Europe/Zurich",
        flexible_time_window: { mode: "OFF" },
        target: {
          arn: "${aws_sfn_state_machine.jobs_nightly_runs.arn}",
          role_arn: "${aws_iam_role.jobs_nightly_roles_due.arn}",
          input: "{}",
          retry_policy: { maximum_event_age_in_seconds: 3600 },
        },
      },
    ]);
  });

  test("starts only once the services that it calls are deployed", () => {
    const scheduleOf = (job: Job) =>
      synthesize({ ...services, nightly: job }).platform.resources("aws_scheduler_schedule")[0];
    const calling = scheduleOf({ ...nightly, calls: ["orders"] });
    expect(calling?.["depends_on"]).toEqual([
      expect.stringMatching(/^aws_ecs_service\.services_orders_service_/),
    ]);
    expect(scheduleOf(nightly)).not.toHaveProperty("depends_on");
  });

  test("can start every few minutes instead", () => {
    const every = { size, schedule: { everyMinutes: 15 } };
    const [schedule] = synthesize({ every }).platform.resources("aws_scheduler_schedule");
    expect(schedule).toMatchObject({
      schedule_expression: "rate(15 minutes)",
      schedule_expression_timezone: "UTC",
    });
  });

  test("runs its task in the private subnets, within its limit, and is tried again after a failure", () => {
    expect(plain(runs().States["Run"])).toMatchObject({
      Resource: "arn:aws:states:::ecs:runTask.sync",
      Parameters: {
        TaskDefinition: "${aws_ecs_task_definition.jobs_nightly_task_revision.arn}",
        LaunchType: "FARGATE",
        NetworkConfiguration: { AwsvpcConfiguration: { AssignPublicIp: "DISABLED" } },
      },
      TimeoutSeconds: 1200,
      Retry: [{ ErrorEquals: ["States.TaskFailed"], MaxAttempts: 2 }],
      End: true,
    });
  });

  test("is not tried again unless it says so, and has an hour", () => {
    const { Run: run } = runs({ size, schedule: { everyMinutes: 5 } }).States;
    expect(run).toMatchObject({ TimeoutSeconds: 3600 });
    expect(run).not.toHaveProperty("Retry");
  });

  test("is left out while an earlier run goes on, as the local AWS's tests try it", () => {
    const { StartAt, States } = runs();
    const { Run: run, ...guard } = States;
    expect({ StartAt, States: guard }).toEqual(guarded);
    expect(run).toMatchObject({ Type: "Task", End: true });
  });

  test("overlaps only if it says so", () => {
    const { StartAt, States } = runs({ size, schedule: { everyMinutes: 5, overlap: true } });
    expect([StartAt, Object.keys(States)]).toEqual(["Run", ["Run"]]);
  });

  test("runs on Spot where its environment does", () => {
    const { Run: run } = runs(nightly, { capacity: "spot" }).States;
    const parameters = run?.["Parameters"];
    expect(parameters).toMatchObject({
      CapacityProviderStrategy: [{ CapacityProvider: "FARGATE_SPOT", Weight: 1 }],
    });
    expect(parameters).not.toHaveProperty("LaunchType");
  });

  test("has no service, no tasks that wait and no number of them", () => {
    const names = platform.resources("aws_ecs_service").map(({ name }) => name);
    expect(names).toEqual(["platform-orders-dev"]);
    expect(platform.resources("aws_appautoscaling_target")).toHaveLength(1);
    expect(containersOf("nightly", platform)).toMatchObject([
      { name: "database-setup", essential: false },
      {
        name: "nightly",
        essential: true,
        stopTimeout: 30,
        dependsOn: [{ containerName: "database-setup", condition: "SUCCESS" }],
      },
    ]);
  });
});

test("a job's task may pull its own image and the setup's, write its own log, and waits for no other", () => {
  const documents = plain(platform.json["data"]?.["aws_iam_policy_document"]);
  const { statement } = (documents as Record<string, { statement: object[] }>)[
    "jobs_nightly_task_roles_execution-permissions"
  ] ?? { statement: [] };
  const of = (sid: string) => statement.find((each) => "sid" in each && each.sid === sid);
  const repository = (image: string): unknown =>
    expect.stringMatching(new RegExp(`images_${image}_repositoryarn}$`));
  expect([of("PullImage"), of("WriteLog")]).toMatchObject([
    { resources: [repository("nightly"), repository("database-setup")] },
    { resources: [expect.stringMatching(/jobs_nightly_task_log/)] },
  ]);
  const images = Object.keys(platform.json["data"]?.["aws_ecr_image"] ?? {});
  expect(images.filter((id) => id.startsWith("jobs_nightly_"))).toHaveLength(1);
});

describe("before its image is pushed, a job", () => {
  const probeOf = (job: Job) =>
    synthesize({ nightly: job })
      .images.resources("docker_container")
      .find(({ name }) => name === "platform-nightly-probe-use1-dev");

  test("is asked for a dry run, which must end well", () => {
    const dryRun = ["python", "-m", "sums", "--dry-run"] as const;
    expect(probeOf({ ...nightly, dryRun })).toMatchObject({
      command: dryRun,
      attach: true,
      network_mode: "none",
      lifecycle: { postcondition: [{ condition: "${self.exit_code == 0}" }] },
    });
  });

  test("or is only started, without a network to do its work over", () => {
    const probe = probeOf(nightly);
    expect(probe).toMatchObject({ network_mode: "none", must_run: false });
    expect(probe).not.toHaveProperty("attach");
  });
});
