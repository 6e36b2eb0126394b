import { ListTagsForResourceCommand as LogTags } from "@aws-sdk/client-cloudwatch-logs";
import { ListTagsForResourceCommand as EcrTags } from "@aws-sdk/client-ecr";
import { ListTagsForResourceCommand as EcsTags } from "@aws-sdk/client-ecs";
import { ListTagsForResourceCommand as RdsTags } from "@aws-sdk/client-rds";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { createClients } from "../checks/clients";
import { resourceName } from "../../spec/names";
import { partitionOf } from "../../spec/regions";
import { BY_NAME, type ExistingResource, type ResourceContext, recordOf } from "./found-by-name";

type Arguments = Readonly<Record<string, unknown>>;

/** How to build the ARN by which RDS, ECR, ECS and CloudWatch Logs look up a resource. */
interface ByArn {
  /** The argument that holds the name. */
  readonly named: string;
  readonly service: "ecr" | "ecs" | "logs" | "rds";
  /** The ARN's resource without the name: `repository/`. */
  readonly kind: string;
}

const BY_ARN: Readonly<Record<string, ByArn>> = {
  aws_cloudwatch_log_group: { named: "name", service: "logs", kind: "log-group:" },
  aws_db_subnet_group: { named: "name", service: "rds", kind: "subgrp:" },
  aws_ecr_repository: { named: "name", service: "ecr", kind: "repository/" },
  aws_ecs_cluster: { named: "name", service: "ecs", kind: "cluster/" },
  aws_rds_cluster: { named: "cluster_identifier", service: "rds", kind: "cluster:" },
  aws_rds_cluster_instance: { named: "identifier", service: "rds", kind: "db:" },
  aws_rds_cluster_parameter_group: { named: "name", service: "rds", kind: "cluster-pg:" },
};

/** The types that can be found and imported by name. */
const TYPES: readonly string[] = [
  ...Object.keys(BY_ARN),
  ...Object.keys(BY_NAME),
  "aws_ecs_service",
];

/** Whether a resource of this type can be looked up and imported. */
export function isImportable(type: string): boolean {
  return TYPES.includes(type);
}

/** The name that Terraform wanted to use, for a type that can be imported. */
export function nameOf(type: string, given: Arguments): string {
  return String(given[BY_ARN[type]?.named ?? "name"]);
}

/**
 * Looks up the AWS resource that already has the name. `undefined` when there is none.
 *
 * @throws the SDK's error when the caller may not read the tags or AWS does not answer
 */
export async function findResource(
  type: string,
  given: Arguments,
  context: ResourceContext,
): Promise<ExistingResource | undefined> {
  const name = nameOf(type, given);
  try {
    const find = BY_NAME[type];
    if (find) return await find(name, context);
    const importId = type === "aws_ecs_service" ? `${resourceName(context.config)}/${name}` : name;
    const { service, kind } = BY_ARN[type] ?? { service: "ecs", kind: "service/" };
    const arn = await arnOf(service, kind + importId, context);
    return { name, importId, tags: await tagsByArn(service, arn, context) };
  } catch (error) {
    if (error instanceof Error && /NotFound|NoSuchEntity/.test(error.name)) return undefined;
    throw error;
  }
}

async function arnOf(service: string, resource: string, context: ResourceContext) {
  const { region } = context.config;
  const { sts } = createClients(context.clientSettings, region);
  const { Account = "" } = await sts.send(new GetCallerIdentityCommand({}));
  return `arn:${partitionOf(region)}:${service}:${region}:${Account}:${resource}`;
}

async function tagsByArn(service: ByArn["service"], arn: string, context: ResourceContext) {
  const { clients, clientSettings, config } = context;
  switch (service) {
    case "ecr":
      return recordOf((await clients.ecr.send(new EcrTags({ resourceArn: arn }))).tags);
    case "ecs": {
      const { tags = [] } = await clients.ecs.send(new EcsTags({ resourceArn: arn }));
      return recordOf(tags.map(({ key, value }) => ({ Key: key, Value: value })));
    }
    case "logs":
      return (await clients.logs.send(new LogTags({ resourceArn: arn }))).tags ?? {};
    case "rds": {
      const { rds } = createClients(clientSettings, config.region);
      return recordOf((await rds.send(new RdsTags({ ResourceName: arn }))).TagList);
    }
  }
}
