import { privateUrl } from "../container";
import { busiestRange } from "./scaling";
import {
  DEFAULT_SCALING,
  type ServiceSpec,
  type Services,
  healthCheckOf,
  specOf,
  urlVariable,
} from "./spec";

/**
 * AWS's default quotas that a catalogue can reach.
 *
 * | quota | default | AWS |
 * |---|---|---|
 * | rules of a load balancer, over all its listeners | 100 | [1] |
 * | target groups of a load balancer | 100, fixed | [1] |
 * | targets of a load balancer | 1,000 | [1] |
 * | rules of a security group, in each direction | 60 | [2] |
 * | instances of a Cloud Map namespace | 2,000 | [3] |
 * | a task definition | 64 KiB, fixed | [4] |
 * | roles of an account | 1,000 | [5] |
 *
 * [1] https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html
 * [2] https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-security-groups
 * [3] https://docs.aws.amazon.com/cloud-map/latest/dg/cloud-map-limits.html
 * [4] https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html
 * [5] https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 *
 * The way rules are built keeps condition values (5), wildcards (5) and path lengths (128) within their
 * quotas; the limits on the service name, platform name and suffix do the same for name lengths.
 */
const QUOTAS = {
  rulesOfLoadBalancer: 100,
  targetGroupsOfLoadBalancer: 100,
  targetsOfLoadBalancer: 1_000,
  rulesOfSecurityGroup: 60,
  instancesOfNamespace: 2_000,
  rolesOfAccount: 1_000,
} as const;

/**
 * Replacing the listener recreates each rule before the old one is deleted, and replacing the network
 * each target group; until then both exist.
 */
const MAXIMUM_PUBLIC = Math.min(QUOTAS.rulesOfLoadBalancer, QUOTAS.targetGroupsOfLoadBalancer) / 2;

/** Besides the services that it calls, a caller has one rule for AWS's APIs and one for the database. */
const MAXIMUM_CALLS = QUOTAS.rulesOfSecurityGroup - 2;

/** Besides its callers, a service has one rule for the load balancer. */
const MAXIMUM_CALLERS = QUOTAS.rulesOfSecurityGroup - 1;

/** For ECS and for the service itself. */
const ROLES_OF_SERVICE = 2;

/** While a service is deployed, ECS runs the old tasks and the new ones. */
const TASKS_IN_A_DEPLOYMENT = 2;

/**
 * The bytes of a task definition that the catalogue may fill. AWS allows 64 KiB, counted in its own JSON
 * with what it adds to each container. The rest is the longest that the platform itself writes.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html
 */
const TASK_DEFINITION_BYTES = 64 * 1024 - 16 * 1024;

/** An environment whose names are the longest. */
const LONGEST = { name: "n".repeat(16), suffix: "s".repeat(12) };

/**
 * The AWS quotas that all services together would exceed.
 *
 * @param services as one environment deploys them, with its sizes and numbers of tasks
 * @param authorities PEM text that each container with the database's settings gets
 */
export function quotaProblems(services: Services, authorities = ""): string[] {
  const entries = Object.entries(services);
  const published = entries.filter(([, { path }]) => path !== undefined);
  const tasks = (counted: typeof entries) =>
    counted.reduce((sum, [, { scaling = DEFAULT_SCALING }]) => sum + busiestRange(scaling).max, 0) *
    TASKS_IN_A_DEPLOYMENT;
  const callers = (callee: string) => entries.filter(([, { calls }]) => calls?.includes(callee));
  return [
    ...exceeds(published.length, MAXIMUM_PUBLIC, "services are public; one load balancer allows"),
    ...exceeds(
      tasks(published),
      QUOTAS.targetsOfLoadBalancer,
      "tasks of public services can run during a deployment, according to scaling.max in services/index.ts and environments.ts; one load balancer allows",
    ),
    ...exceeds(
      tasks(entries),
      QUOTAS.instancesOfNamespace,
      "tasks can run during a deployment, according to scaling.max in services/index.ts and environments.ts; one Cloud Map namespace allows",
    ),
    ...exceeds(
      entries.length * ROLES_OF_SERVICE,
      QUOTAS.rolesOfAccount,
      `IAM roles are needed, ${ROLES_OF_SERVICE} for each service; one account allows`,
    ),
    ...entries.flatMap(([name, spec]) => {
      const bytes = taskDefinitionBytes(spec, services, authorities);
      return exceeds(
        bytes,
        TASK_DEFINITION_BYTES,
        `bytes of ${name}'s task definition come from its environment, calls, commands and the database's authorities; AWS allows 64 KiB in all, and these may take`,
      );
    }),
    ...entries.flatMap(([name, { calls = [] }]) => [
      ...exceeds(calls.length, MAXIMUM_CALLS, `services are called by ${name}; a service may call`),
      ...exceeds(
        callers(name).length,
        MAXIMUM_CALLERS,
        `services call ${name}; a service may be called by`,
        callers(name).map(([caller]) => caller),
      ),
    ]),
  ];
}

/**
 * The migration repeats the environment. The authorities are in the setup, the migration and the
 * service.
 */
function taskDefinitionBytes(spec: ServiceSpec, services: Services, authorities: string): number {
  const { environment = {}, calls = [], migrate = [], database } = spec;
  const callees = calls.map((callee) => [
    urlVariable(callee),
    privateUrl(callee, specOf(callee, services), LONGEST),
  ]);
  const variables = [...Object.entries(environment), ...callees].map(([name, value]) => {
    return { name, value };
  });
  const bytes = (value: unknown) => Buffer.byteLength(JSON.stringify(value));
  return (
    bytes(variables) * (migrate.length > 0 ? 2 : 1) +
    (database ? bytes(authorities) * (migrate.length > 0 ? 3 : 2) : 0) +
    bytes(migrate) +
    bytes(healthCheckOf(spec))
  );
}

function exceeds(
  count: number,
  limit: number,
  what: string,
  names: readonly string[] = [],
): string[] {
  const list = names.length > 0 ? `: ${names.join(", ")}` : "";
  return count > limit ? [`services: ${count} ${what} ${limit}${list}`] : [];
}
