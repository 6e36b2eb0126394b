import { resourceName } from "../../../spec/names";
import { type Environment, arn } from "./environment";
import { type PermissionTable, allow, allowEverywhere, of } from "./grant";
import { ownDefinition, taskDefinitions } from "./task-definitions";
import { passTaskRoles, serviceLinkedRole } from "./task-roles";

const TAGS = of("ecs", "TagResource", "UntagResource");
const NO_RESOURCE =
  "ECS cannot restrict describing or deregistering a task definition to a resource.";

/**
 * The ECS cluster, its services and their task definitions.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
 */
export function containers(environment: Environment): PermissionTable {
  const cluster = arn(environment, "ecs", `cluster/${resourceName(environment)}`);
  const services = arn(environment, "ecs", `service/${resourceName(environment)}/*`);
  const revisions = taskDefinitions(environment);
  return {
    aws_ecs_cluster: {
      read: [allow([cluster], of("ecs", "DescribeClusters", "ListTagsForResource"))],
      write: [
        allow([cluster], of("ecs", "CreateCluster", "UpdateCluster", "DeleteCluster")),
        allow([cluster], TAGS),
        serviceLinkedRole(environment, "ecs.amazonaws.com"),
      ],
    },
    aws_ecs_cluster_capacity_providers: {
      read: [allow([cluster], of("ecs", "DescribeClusters"))],
      write: [allow([cluster], of("ecs", "PutClusterCapacityProviders"))],
    },
    aws_ecs_service: {
      read: [allow([services], of("ecs", "DescribeServices", "ListTagsForResource"))],
      write: [
        allow([services], of("ecs", "CreateService", "UpdateService"), ownDefinition(environment)),
        allow([services], of("ecs", "DeleteService")),
        allow([services], TAGS),
      ],
    },
    aws_ecs_task_definition: {
      read: [
        allowEverywhere(NO_RESOURCE, of("ecs", "DescribeTaskDefinition")),
        allow([revisions], of("ecs", "ListTagsForResource")),
      ],
      write: [
        allow([revisions], of("ecs", "RegisterTaskDefinition")),
        allow([revisions], TAGS),
        allowEverywhere(NO_RESOURCE, of("ecs", "DeregisterTaskDefinition")),
        passTaskRoles(environment),
      ],
    },
  };
}
