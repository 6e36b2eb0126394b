import { containers } from "./containers";
import { database } from "./database";
import { type Environment, repositories } from "./environment";
import { type Grant, allow, allowEverywhere, of } from "./grant";
import { logGroups } from "./log-groups";
import { taskRoleArns } from "./task-roles";

/** Where the tags are listed by the ARN of what carries them. */
const LISTS = of("ecs", "ListTagsForResource").concat(
  of("logs", "ListTagsForResource"),
  of("rds", "ListTagsForResource"),
);

/**
 * To find out whose it is that has a name already: `deploy` reads its tags before it tells anybody to
 * import it.
 */
export function ownership(environment: Environment): Grant[] {
  const table = [containers(environment), database(environment), logGroups(environment)];
  const reads = table.flatMap((blocks) => Object.values(blocks).flatMap(({ read }) => read));
  return [
    allow(repositories(environment), of("ecr", "ListTagsForResource")),
    allow(taskRoleArns(environment), of("iam", "ListRoleTags")),
    allowEverywhere(
      "Elastic Load Balancing's Describe actions take no resource.",
      of("elasticloadbalancing", "DescribeTags"),
    ),
    allowEverywhere("Who asks is of no resource.", of("sts", "GetCallerIdentity")),
    ...reads.flatMap(({ actions, resources }) => {
      const listed = actions.filter((action) => LISTS.includes(action));
      return resources === "*" || listed.length === 0 ? [] : [allow(resources, listed)];
    }),
  ];
}
