import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ListTasksCommand,
  type Service,
  type Task,
} from "@aws-sdk/client-ecs";
import {
  DescribeTargetHealthCommand,
  type TargetHealthDescription,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { expect, test, vi } from "vitest";
import { diagnoseService } from "../../../../operations/diagnosis/service-diagnosis";
import { createClients } from "../../../../operations/target/clients";
import { readConfig } from "../../../../project";
import type { Services } from "../../../../spec/service/spec";
import { awsError } from "../../../support/preflight";

const CLUSTER = "platform-dev";
const NAME = "platform-orders-dev";
const DEFINITION = "arn:task-definition/platform-orders-dev:7";
const GROUP = "arn:targetgroup/orders";

const orders: Service = {
  status: "ACTIVE",
  runningCount: 1,
  desiredCount: 2,
  taskDefinition: DEFINITION,
  loadBalancers: [{ targetGroupArn: GROUP }, {}],
  deployments: [
    {
      status: "PRIMARY",
      rolloutState: "IN_PROGRESS",
      rolloutStateReason: "ECS deployment in progress",
      taskDefinition: DEFINITION,
    },
    {},
  ],
  events: ["newest", "newer", "new", "old"].map((message) => ({ message })),
};
const tasks: Task[] = [
  {
    taskArn: "arn:task/a",
    lastStatus: "RUNNING",
    healthStatus: "UNHEALTHY",
    containers: [
      { name: "ready", imageDigest: "sha256:ready" },
      { name: "orders", imageDigest: "sha256:old", healthStatus: "UNHEALTHY" },
    ],
  },
  { taskArn: "arn:task/b", lastStatus: "PENDING", taskDefinitionArn: DEFINITION },
];
const images = {
  containerDefinitions: [
    { name: "ready", image: "registry/ready@sha256:ready" },
    { name: "orders", image: "registry/orders@sha256:new" },
  ],
};

const size = { cpu: 256, memory: 512 } as const;
const catalogue: Services = { orders: { port: 9000, health: "/health", size } };

/** Diagnoses `orders` on an AWS that has these services, tasks, definition and targets. */
async function diagnose(
  services: readonly Service[] | Error,
  targets: readonly TargetHealthDescription[] = [],
  definition: object = images,
  known = catalogue,
) {
  const clients = createClients({ region: "us-east-1" });
  const send = vi.spyOn(clients.ecs, "send").mockImplementation((command: unknown) => {
    if (command instanceof DescribeServicesCommand) {
      expect(command.input).toEqual({ cluster: CLUSTER, services: [NAME] });
      if (services instanceof Error) throw services;
      return { services };
    }
    if (command instanceof ListTasksCommand) {
      expect(command.input).toMatchObject({ cluster: CLUSTER, serviceName: NAME });
      return command.input.desiredStatus === "RUNNING" ? { taskArns: ["a", "b"] } : {};
    }
    if (command instanceof DescribeTasksCommand) return { tasks };
    expect(command).toBeInstanceOf(DescribeTaskDefinitionCommand);
    expect(command).toHaveProperty("input", { taskDefinition: DEFINITION });
    return { taskDefinition: definition };
  });
  vi.spyOn(clients.loadBalancing, "send").mockImplementation((command: unknown) => {
    expect(command).toBeInstanceOf(DescribeTargetHealthCommand);
    expect(command).toHaveProperty("input", { TargetGroupArn: GROUP });
    return { TargetHealthDescriptions: targets };
  });
  const diagnosis = await diagnoseService(
    "orders",
    { config: readConfig({}).config, services: known },
    clients,
  );
  return { diagnosis, requests: send.mock.calls.length };
}

test("a diagnosis puts together what ECS, the load balancer and the task definition say", async () => {
  const { diagnosis } = await diagnose(
    [orders],
    [
      {
        Target: { Id: "10.0.0.1", Port: 80 },
        TargetHealth: { State: "unhealthy", Reason: "Target.Timeout", Description: "timed out" },
      },
    ],
  );
  expect(diagnosis).toEqual({
    service: "orders",
    serviceName: NAME,
    tasks: { running: 1, desired: 2 },
    mayHaveNone: false,
    deployments: [
      {
        status: "PRIMARY",
        rolloutState: "IN_PROGRESS",
        rolloutStateReason: "ECS deployment in progress",
        taskDefinition: "platform-orders-dev:7",
      },
      // ECS does not say more of it.
      { status: "unknown", rolloutState: "unknown", rolloutStateReason: "", taskDefinition: "" },
    ],
    stoppedTask: undefined,
    unhealthyTasks: [{ id: "a", containers: ["orders"], health: undefined }],
    pendingTasks: [{ id: "b", status: "PENDING", createdAt: undefined, waits: [] }],
    unhealthyTargets: ["10.0.0.1:80 Target.Timeout timed out"],
    image: { expected: "sha256:new", running: ["sha256:old"] },
    events: ["newest", "newer", "new"],
  });
});

test("a target that is healthy, still starting or draining is no finding", async () => {
  const states = ["healthy", "initial", "draining"] as const;
  const targets = states.map((State) => ({ TargetHealth: { State } }));
  const bare = { TargetHealth: { State: "unhealthy" } } as const;
  const { diagnosis } = await diagnose([orders], [...targets, {}, bare]);
  expect(diagnosis.unhealthyTargets).toEqual(["?:?"]);
});

const GONE = {
  service: "orders",
  serviceName: NAME,
  mayHaveNone: false,
  tasks: undefined,
  deployments: [],
  stoppedTask: undefined,
  pendingTasks: [],
  unhealthyTasks: [],
  unhealthyTargets: [],
  image: { expected: "unknown", running: [] },
  events: [],
};

test.each<[string, readonly Service[] | Error]>([
  ["ECS has never had", []],
  ["was deleted within the hour", [{ ...orders, status: "INACTIVE" }]],
  ["has no cluster", awsError("ClusterNotFoundException")],
])("of a service that %s, nothing else is asked", async (_, services) => {
  expect(await diagnose(services)).toEqual({ diagnosis: GONE, requests: 1 });
});

test("a denied request does not count as a service that is gone", async () => {
  const denied = awsError("AccessDeniedException", "not authorized");
  await expect(diagnose(denied)).rejects.toThrow("not authorized");
});

test("a service of which ECS says nothing yet has no tasks, no targets and no known image", async () => {
  const unsaid = { status: "ACTIVE", taskDefinition: DEFINITION };
  const { diagnosis } = await diagnose([unsaid], [], {});
  expect(diagnosis).toMatchObject({
    tasks: { running: 0, desired: 0 },
    deployments: [],
    unhealthyTargets: [],
    image: { expected: "unknown" },
    events: [],
  });
});

test("a worker that may have no task at some time is known as one", async () => {
  const scaling = { min: 0, max: 5, backlog: 20 };
  const worker = { size, receives: ["exports"], scaling };
  const { diagnosis } = await diagnose([orders], [], images, { orders: worker });
  expect(diagnosis).toMatchObject({ mayHaveNone: true });
});
