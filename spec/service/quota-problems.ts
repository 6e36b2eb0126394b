import { DEFAULT_SCALING, type ServiceSpec, type Services, urlVariable } from "./spec";

/**
 * AWS's default quotas that a catalogue can reach, each with what counts against it.
 *
 * | quota | default | AWS |
 * |---|---|---|
 * | rules of a load balancer, over all its listeners | 100 | [1] |
 * | target groups of a load balancer | 100, fixed | [1] |
 * | targets of a load balancer | 1,000 | [1] |
 * | rules of a security group, in each direction | 60 | [2] |
 * | instances of a Cloud Map namespace | 2,000 | [3] |
 * | a task definition | 64 KiB, fixed | [4] |
 *
 * [1] https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html
 * [2] https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-security-groups
 * [3] https://docs.aws.amazon.com/cloud-map/latest/dg/cloud-map-limits.html
 * [4] https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html
 *
 * Condition values (5), wildcards (5) and the length of a path (128) are kept by how a rule is made, and
 * lengths of names by the limits of a service's name, of the platform's and of the suffix.
 */
const QUOTAS = {
  rulesOfLoadBalancer: 100,
  targetGroupsOfLoadBalancer: 100,
  targetsOfLoadBalancer: 1_000,
  rulesOfSecurityGroup: 60,
  instancesOfNamespace: 2_000,
} as const;

/**
 * A change of the listener makes each rule again before the old one goes, and a change of the network
 * each target group: for that long there are two of them.
 */
const MAXIMUM_PUBLIC = Math.min(QUOTAS.rulesOfLoadBalancer, QUOTAS.targetGroupsOfLoadBalancer) / 2;

/** The caller's way to AWS's APIs, and to the database, beside those to the services that it calls. */
const MAXIMUM_CALLS = QUOTAS.rulesOfSecurityGroup - 2;

/** The load balancer's way in, beside those of the callers. */
const MAXIMUM_CALLERS = QUOTAS.rulesOfSecurityGroup - 1;

/** While a service is deployed, ECS runs the old tasks and the new ones. */
const TASKS_IN_A_DEPLOYMENT = 2;

/**
 * Characters of a task definition that the catalogue decides: AWS takes 64 KiB, counted in its own JSON
 * with what it adds to each container. The rest is what the platform writes itself, at its longest.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html
 */
const TASK_DEFINITION_BYTES = 64 * 1024 - 16 * 1024;

/** The quotas of AWS that the catalogue as a whole would exceed. */
export function quotaProblems(services: Services): string[] {
  const entries = Object.entries(services);
  const published = entries.filter(([, { path }]) => path !== undefined);
  const tasks = (counted: typeof entries) =>
    counted.reduce((sum, [, { scaling = DEFAULT_SCALING }]) => sum + scaling.max, 0) *
    TASKS_IN_A_DEPLOYMENT;
  const callers = (callee: string) => entries.filter(([, { calls }]) => calls?.includes(callee));
  return [
    ...exceeds(published.length, MAXIMUM_PUBLIC, "services are public; one load balancer takes"),
    ...exceeds(
      tasks(published),
      QUOTAS.targetsOfLoadBalancer,
      "tasks of public services may run during a deployment, by their scaling.max; one load balancer takes",
    ),
    ...exceeds(
      tasks(entries),
      QUOTAS.instancesOfNamespace,
      "tasks may run during a deployment, by their scaling.max; one private zone takes",
    ),
    ...entries.flatMap(([name, spec]) => {
      const bytes = taskDefinitionBytes(spec, services);
      return exceeds(
        bytes,
        TASK_DEFINITION_BYTES,
        `bytes of ${name}'s task definition come from its environment, calls and commands; AWS takes 64 KiB in all, of which these may be`,
      );
    }),
    ...entries.flatMap(([name, { calls = [] }]) => [
      ...exceeds(calls.length, MAXIMUM_CALLS, `services are called by ${name}; a service may call`),
      ...exceeds(
        callers(name).length,
        MAXIMUM_CALLERS,
        `services call ${name}; a service may have`,
        callers(name).map(([caller]) => caller),
      ),
    ]),
  ];
}

/** The environment is that of the migration, too; the probe is the health check's and its waiter's. */
function taskDefinitionBytes(spec: ServiceSpec, services: Services): number {
  const { environment = {}, calls = [], migrate = [], health } = spec;
  const callees = calls.map((callee) => [
    urlVariable(callee),
    `http://${callee}.${"n".repeat(16)}-${"s".repeat(12)}.internal:${services[callee]?.port ?? 65535}`,
  ]);
  const variables = [...Object.entries(environment), ...callees].map(([name, value]) => {
    return { name, value };
  });
  const bytes = (value: unknown) => Buffer.byteLength(JSON.stringify(value));
  return (
    bytes(variables) * (migrate.length > 0 ? 2 : 1) +
    bytes(migrate) +
    2 * bytes([...health.probe, health.path])
  );
}

function exceeds(
  count: number,
  limit: number,
  what: string,
  names: readonly string[] = [],
): string[] {
  const list = names.length > 0 ? `: ${names.join(", ")}` : "";
  return count > limit ? [`${count} ${what} ${limit}${list}`] : [];
}
