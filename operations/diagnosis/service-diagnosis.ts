import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  type Service,
} from "@aws-sdk/client-ecs";
import { DescribeTargetHealthCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Config } from "../../spec/config";
import { resourceName } from "../../spec/names";
import { mayHaveNone } from "../../spec/service/kinds";
import { type Services, specOf } from "../../spec/service/spec";
import type { Clients } from "../target/clients";
import { type PendingTask, readPendingTasks } from "./pending-task";
import { type StoppedTask, readStoppedTask } from "./stopped-task";
import { type ServiceName, digestsOf, readTasks, runningContainers } from "./tasks";
import { type UnhealthyTask, readUnhealthyTasks } from "./unhealthy-task";

/** The facts that AWS reports on one service; `findings` interprets them. */
export interface ServiceDiagnosis {
  readonly service: string;
  /** Name of the ECS service. */
  readonly serviceName: string;
  /** `undefined` when ECS has no such service. */
  readonly tasks: { readonly running: number; readonly desired: number } | undefined;
  /** Whether it may have no task at times, because nothing waits in its queues. */
  readonly mayHaveNone: boolean;
  readonly deployments: readonly Deployment[];
  readonly stoppedTask: StoppedTask | undefined;
  readonly pendingTasks: readonly PendingTask[];
  /** Running tasks whose health checks fail. */
  readonly unhealthyTasks: readonly UnhealthyTask[];
  /** Load balancer targets that receive no requests, and why. */
  readonly unhealthyTargets: readonly string[];
  /** The digest in the deployed task definition, and the digests that run. */
  readonly image: { readonly expected: string; readonly running: readonly string[] };
  /** The latest ECS events, newest first. */
  readonly events: readonly string[];
}

interface Deployment {
  readonly status: string;
  readonly rolloutState: string;
  readonly rolloutStateReason: string;
  readonly taskDefinition: string;
}

const EVENTS = 3;

/** Queries ECS, the load balancer and the logs about one service. */
export async function diagnoseService(
  service: string,
  { config, services }: { readonly config: Config; readonly services: Services },
  clients: Clients,
): Promise<ServiceDiagnosis> {
  const spec = specOf(service, services);
  const names = { cluster: resourceName(config), serviceName: resourceName(config, service) };
  const found = await findService(names, clients);
  const { serviceName } = names;
  const none = { pendingTasks: [], unhealthyTasks: [], unhealthyTargets: [] };
  const nothing = { ...none, deployments: [], events: [] };
  if (!found) {
    const image = { expected: "unknown", running: [] };
    const absent = { tasks: undefined, stoppedTask: undefined, image };
    return { service, serviceName, mayHaveNone: mayHaveNone(spec), ...nothing, ...absent };
  }
  const [stoppedTask, unhealthyTargets, expected, tasks] = await Promise.all([
    readStoppedTask(clients, names),
    readUnhealthyTargets(found, clients),
    expectedDigest(service, found, clients),
    readTasks(clients.ecs, names, "RUNNING"),
  ]);
  const running = digestsOf(runningContainers(tasks, service));
  const [pendingTasks, unhealthyTasks] = await Promise.all([
    readPendingTasks(tasks, clients.ecs),
    readUnhealthyTasks(tasks, clients),
  ]);
  return {
    service,
    serviceName,
    mayHaveNone: mayHaveNone(spec),
    stoppedTask,
    pendingTasks,
    unhealthyTasks,
    unhealthyTargets,
    image: { expected, running },
    tasks: { running: found.runningCount ?? 0, desired: found.desiredCount ?? 0 },
    deployments: (found.deployments ?? []).map((deployment) => ({
      status: deployment.status ?? "unknown",
      rolloutState: deployment.rolloutState ?? "unknown",
      rolloutStateReason: deployment.rolloutStateReason ?? "",
      taskDefinition: (deployment.taskDefinition ?? "").split("/").at(-1) ?? "",
    })),
    events: (found.events ?? []).slice(0, EVENTS).map(({ message }) => message ?? ""),
  };
}

async function findService(names: ServiceName, { ecs }: Clients): Promise<Service | undefined> {
  const { cluster, serviceName } = names;
  try {
    const answer = await ecs.send(
      new DescribeServicesCommand({ cluster, services: [serviceName] }),
    );
    return answer.services?.find(({ status }) => status !== "INACTIVE");
  } catch (error) {
    if (error instanceof Error && error.name === "ClusterNotFoundException") return undefined;
    throw error;
  }
}

async function readUnhealthyTargets(
  { loadBalancers = [] }: Service,
  { loadBalancing }: Clients,
): Promise<string[]> {
  const groups = loadBalancers.flatMap(({ targetGroupArn }) => targetGroupArn ?? []);
  const answers = await Promise.all(
    groups.map((TargetGroupArn) =>
      loadBalancing.send(new DescribeTargetHealthCommand({ TargetGroupArn })),
    ),
  );
  return answers
    .flatMap(({ TargetHealthDescriptions = [] }) => TargetHealthDescriptions)
    .filter(({ TargetHealth }) => TargetHealth?.State === "unhealthy")
    .map(({ Target, TargetHealth: { Reason = "", Description = "" } = {} }) => {
      return `${Target?.Id ?? "?"}:${Target?.Port ?? "?"} ${Reason} ${Description}`.trimEnd();
    });
}

async function expectedDigest(
  service: string,
  { taskDefinition: arn }: Service,
  { ecs }: Clients,
): Promise<string> {
  const { taskDefinition } = await ecs.send(
    new DescribeTaskDefinitionCommand({ taskDefinition: arn }),
  );
  const definition = taskDefinition?.containerDefinitions?.find(({ name }) => name === service);
  return definition?.image?.split("@").at(1) ?? "unknown";
}
