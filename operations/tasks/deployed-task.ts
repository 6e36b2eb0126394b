import {
  DescribeServicesCommand,
  type NetworkConfiguration,
  type Service,
} from "@aws-sdk/client-ecs";
import { DescribeStateMachineCommand } from "@aws-sdk/client-sfn";
import type { Config } from "../../spec/config";
import { resourceName } from "../../spec/names";
import { kindOf } from "../../spec/service/kinds";
import type { ServiceSpec } from "../../spec/service/spec";
import { stateMachineArn } from "../diagnosis/executions";
import { hasName } from "../target/aws-error";
import type { Clients } from "../target/clients";
import { Refusal } from "../terminal/refusal";
import { list, record } from "../terraform/terraform-events";

/** What the deployed version of a service or a job runs its tasks with. */
export interface DeployedTask {
  /** The ARN of the revision. */
  readonly taskDefinition: string;
  /** Its private subnets and its security groups. */
  readonly networkConfiguration: NetworkConfiguration;
}

/** A service to run something of, and where. */
export interface Place {
  readonly service: string;
  readonly spec: ServiceSpec;
  readonly config: Config;
}

/**
 * The task of the deployed version: of a service or worker, its primary deployment; of a job, what its next
 * run starts.
 *
 * @throws Refusal if it is not deployed
 */
export async function readDeployedTask(place: Place, clients: Clients): Promise<DeployedTask> {
  const { spec } = place;
  const found =
    kindOf(spec) === "job" ? await readJobTask(place, clients) : await ofEcsService(place, clients);
  if (!found) throw notDeployed(place);
  return found;
}

/** The refusal for a service that the environment does not have yet, or no longer. */
export function notDeployed({ service, config }: Place): Refusal {
  const { suffix, region } = config;
  return new Refusal(
    `${service} is not deployed in ${suffix} in ${region}.`,
    `npx platform deploy ${suffix}, or choose another region with PLATFORM_REGION`,
  );
}

async function ofEcsService(
  { service, config }: Place,
  { ecs }: Clients,
): Promise<DeployedTask | undefined> {
  const names = { cluster: resourceName(config), services: [resourceName(config, service)] };
  try {
    const { services = [] } = await ecs.send(new DescribeServicesCommand(names));
    return primary(services.find(({ status }) => status === "ACTIVE"));
  } catch (error) {
    if (hasName(error, "ClusterNotFoundException")) return undefined;
    throw error;
  }
}

function primary({ deployments = [], networkConfiguration }: Service = {}):
  DeployedTask | undefined {
  const taskDefinition = deployments.find(({ status }) => status === "PRIMARY")?.taskDefinition;
  return taskDefinition !== undefined && networkConfiguration
    ? { taskDefinition, networkConfiguration }
    : undefined;
}

/** What the next run of a job starts; `undefined` if the job is not deployed. */
export async function readJobTask(
  { service, config }: Pick<Place, "service" | "config">,
  clients: Clients,
): Promise<DeployedTask | undefined> {
  const arn = await stateMachineArn(service, config, clients);
  try {
    const { definition = "{}" } = await clients.sfn.send(
      new DescribeStateMachineCommand({ stateMachineArn: arn }),
    );
    return startedBy(JSON.parse(definition));
  } catch (error) {
    if (hasName(error, "StateMachineDoesNotExist")) return undefined;
    throw error;
  }
}

/**
 * The task that a state machine with this definition starts; `undefined` if the definition is none of
 * stacks/platform/job-runs.ts.
 */
export function startedBy(definition: unknown): DeployedTask | undefined {
  for (const state of Object.values(record(record(definition)["States"])).map(record)) {
    const { TaskDefinition, NetworkConfiguration } = record(state["Parameters"]);
    if (typeof TaskDefinition !== "string") continue;
    const { Subnets, SecurityGroups } = record(record(NetworkConfiguration)["AwsvpcConfiguration"]);
    return {
      taskDefinition: TaskDefinition,
      networkConfiguration: {
        awsvpcConfiguration: {
          subnets: list(Subnets).map(String),
          securityGroups: list(SecurityGroups).map(String),
          assignPublicIp: "DISABLED",
        },
      },
    };
  }
  return undefined;
}
