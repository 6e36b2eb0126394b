import type { SynthesizedStack } from "../terraform/synthesized-stack";

/** A rule is named by its priority; its target group belongs to a service. */
const RULE = /^aws_lb_listener_rule\.load-balancer_rules_/;
const TARGET_GROUP = /aws_lb_target_group\.load-balancer_routes_([a-z0-9-]+)_target-group_/;

/** A database has its own name; its secret appears in a service's task definition. */
const DATABASE = /^\w+\.database_services_([a-z0-9_]+)_(?:secret|login)_/;
const TASK = /^aws_ecs_task_definition\.(?:services|jobs)_([a-z0-9-]+)_task_/;
const SECRET = /aws_secretsmanager_secret\.database_services_([a-z0-9_]+)_secret_/g;

/** The services that use resources with their own names, by resource address. */
export function resourceUsers(stacks: readonly SynthesizedStack[]): ReadonlyMap<string, string> {
  const resources = stacks.flatMap((stack) => [...stack.resources]);
  const databases = new Map(
    resources.flatMap(([address, block]) => {
      const service = TASK.exec(address)?.[1];
      const secrets = service === undefined ? [] : [...JSON.stringify(block).matchAll(SECRET)];
      return secrets.map(([, database]) => [database, service] as const);
    }),
  );
  return new Map(
    resources.flatMap(([address, block]): [string, string][] => {
      const service = RULE.test(address)
        ? TARGET_GROUP.exec(JSON.stringify(block))?.[1]
        : databases.get(databaseOf(address));
      return service === undefined ? [] : [[address, service]];
    }),
  );
}

/** The database that a secret or its content belongs to. */
export function databaseOf(address: string): string | undefined {
  return DATABASE.exec(address)?.[1];
}
