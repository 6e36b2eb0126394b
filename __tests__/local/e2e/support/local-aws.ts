import { DescribeImagesCommand, ECRClient } from "@aws-sdk/client-ecr";
import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ECSClient,
  type Service,
  UpdateServiceCommand,
  paginateListTaskDefinitions,
} from "@aws-sdk/client-ecs";
import { DescribeDBClustersCommand, RDSClient } from "@aws-sdk/client-rds";
import Docker from "dockerode";
import { LOCAL_AWS_LABEL, localAwsName } from "../../../../local/aws/names";
import { textOf } from "../../../../operations/target/engine-log";
import type { InvalidRequest, RequestRecord } from "../../requests/recorder";
import { PORT, SUFFIX } from "./checkout";
import { rootCredentials } from "./root-credentials";

/** The load balancer of the environment under test. */
export const ORIGIN = `http://127.0.0.1:${PORT}/_alb/platform-${SUFFIX}`;

/** Settings of a client of the local AWS. */
export const client = {
  endpoint: `http://127.0.0.1:${PORT}`,
  region: "us-east-1",
  credentials: rootCredentials,
};
const ecs = new ECSClient(client);
const rds = new RDSClient(client);

/** The containers of the service itself, one for each task. */
export async function containersOf(service: string): Promise<Docker.Container[]> {
  const docker = new Docker();
  const filters = { label: [`${LOCAL_AWS_LABEL}=${PORT}`], status: ["running"] };
  const found = await docker.listContainers({ filters });
  return found
    .filter(({ Names }) =>
      Names.some((name) => /^\/ministack-ecs-[^-]+-(.+)$/.exec(name)?.[1] === service),
    )
    .map(({ Id }) => docker.getContainer(Id));
}

/** The local AWS's own container. */
export function localAwsContainer(): Docker.Container {
  return new Docker().getContainer(localAwsName(PORT));
}

/** What the local AWS has printed since it was started. */
export async function logOfLocalAws(): Promise<string> {
  return textOf(await localAwsContainer().logs({ stdout: true, stderr: true }));
}

/** What the repository of a service has, in the environment under test or another. */
export async function pushedImages(service: string, suffix: string = SUFFIX) {
  const repositoryName = `platform-${suffix}/${service}`;
  const { imageDetails = [] } = await ecr.send(new DescribeImagesCommand({ repositoryName }));
  return imageDetails;
}

/** All task definitions of the environment, as ECS shows them. */
export async function taskDefinitions(): Promise<string> {
  const found: unknown[] = [];
  for await (const { taskDefinitionArns = [] } of paginateListTaskDefinitions(
    { client: ecs },
    {},
  )) {
    for (const taskDefinition of taskDefinitionArns) {
      found.push(await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition })));
    }
  }
  return JSON.stringify(found);
}

/** The requests that AWS would have refused, since the local AWS was started. */
export async function invalidRequests(): Promise<readonly InvalidRequest[]> {
  const response = await fetch(`http://127.0.0.1:${PORT}/_local-aws/requests`);
  // The format of the extension `requests.record`.
  const record = (await response.json()) as RequestRecord;
  console.log(`${record.requests} requests, ${Object.keys(record.actions).length} operations`);
  return record.invalid;
}

/** Whether there is a database cluster, ready or not. */
export async function hasCluster(): Promise<boolean> {
  const { DBClusters = [] } = await rds.send(new DescribeDBClustersCommand({}));
  return DBClusters.length > 0;
}

/** The local AWS's ECR. */
export const ecr = new ECRClient(client);

/** Whether ECS is replacing the tasks of a service. */
export async function isRollingOut(service: string): Promise<boolean> {
  return ((await describe(service))?.deployments ?? []).length > 1;
}

/** The number of tasks that ECS is to run of the service. */
export async function desiredCountOf(service: string): Promise<number> {
  return (await describe(service))?.desiredCount ?? 0;
}

/** The numbers of tasks that ECS is to run of the service, and that run; and whether it deploys it. */
export async function stateOf(service: string) {
  const { desiredCount = 0, runningCount = 0, deployments = [] } = (await describe(service)) ?? {};
  const deploys = deployments.some(({ rolloutState }) => rolloutState === "IN_PROGRESS");
  return { desired: desiredCount, running: runningCount, deploys };
}

async function describe(service: string): Promise<Service | undefined> {
  const names = { cluster: `platform-${SUFFIX}`, services: [`platform-${service}-${SUFFIX}`] };
  const { services: [found] = [] } = await ecs.send(new DescribeServicesCommand(names));
  return found;
}

/** Sets the number of tasks that ECS runs of the service. */
export async function setDesiredCount(service: string, desiredCount: number): Promise<void> {
  await ecs.send(
    new UpdateServiceCommand({
      cluster: `platform-${SUFFIX}`,
      service: `platform-${service}-${SUFFIX}`,
      desiredCount,
    }),
  );
}
