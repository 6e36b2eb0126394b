import { containers } from "./containers";
import { database } from "./database";
import { type Environment, repositories } from "./environment";
import { type Grant, allow, allowEverywhere, of } from "./grant";
import { logGroups } from "./log-groups";
import { databaseSecrets } from "./secrets";
import { roleArns } from "./task-roles";

/** Actions that list tags by the tagged resource's ARN. */
const LISTS = of("ecs", "ListTagsForResource").concat(
  of("logs", "ListTagsForResource"),
  of("rds", "ListTagsForResource"),
);

/**
 * To identify the owner of an existing resource: `deploy` reads its tags before it suggests importing
 * it.
 */
export function ownership(environment: Environment): Grant[] {
  const table = [containers(environment), database(environment), logGroups(environment)];
  const reads = table.flatMap((blocks) => Object.values(blocks).flatMap(({ read }) => read));
  return [
    allow(repositories(environment), of("ecr", "ListTagsForResource")),
    allow(databaseSecrets(environment), of("secretsmanager", "DescribeSecret")),
    allow(roleArns(environment, "ecs", "app", "run", "due"), of("iam", "ListRoleTags")),
    allowEverywhere(
      "Elastic Load Balancing's Describe actions cannot be restricted to a resource.",
      of("elasticloadbalancing", "DescribeTags", "DescribeTargetGroups"),
    ),
    allowEverywhere("The caller's identity is not a resource.", of("sts", "GetCallerIdentity")),
    ...reads.flatMap(({ actions, resources }) => {
      const listed = actions.filter((action) => LISTS.includes(action));
      return resources === "*" || listed.length === 0 ? [] : [allow(resources, listed)];
    }),
  ];
}
