import type { Config } from "../config";
import { privateUrl, sidecarEnvironment } from "../container";
import { bucketName, bucketVariable, bucketsOf, bucketsUsedBy } from "./buckets";
import { DEFAULT_SCALING, healthCheckOf, httpServiceOf, httpServices, kindOf } from "./kinds";
import { queueName, queueVariable, queuesUsedBy } from "./queues";
import { type Scaling, busiestRange } from "./scaling";
import { POLICY_CHARACTERS, policyCharacters } from "./secret-policy";
import { secretSources, taskSecrets } from "./secrets";
import { sidecarsOf } from "./sidecars";
import { type ServiceSpec, type Services, urlVariable } from "./spec";
import { ROLE_CHARACTERS, taskPolicyCharacters } from "./task-statements";

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
 * | characters of a role's own policies, without white space | 10,240, fixed | [5] |
 * | characters of an endpoint's policy | 20,480, fixed | [6] |
 *
 * [1] https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html
 * [2] https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-security-groups
 * [3] https://docs.aws.amazon.com/cloud-map/latest/dg/cloud-map-limits.html
 * [4] https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html
 * [5] https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 * [6] https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-endpoints
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

/** The buckets of a catalogue, whose ARNs are all in the policy of the network's endpoint for S3. */
const MAXIMUM_BUCKETS = 100;

/** For ECS and for the service itself; a job has one for its schedule and one for its runs besides. */
const ROLES = { service: 2, worker: 2, job: 4 } as const;

/** While a service is deployed, ECS runs the old tasks and the new ones. */
const TASKS_IN_A_DEPLOYMENT = 2;

/**
 * The bytes of a task definition that the catalogue may fill. AWS allows 64 KiB, counted in its own JSON
 * with what it adds to each container. The rest is the longest that the platform itself writes.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html
 */
const TASK_DEFINITION_BYTES = 64 * 1024 - 16 * 1024;

/** What the platform writes of each sidecar: its image's name, limits, log and mounted folders. */
const SIDECAR_BYTES = 2 * 1024;

/** An environment whose names are the longest. */
const LONGEST = {
  name: "n".repeat(16),
  suffix: "s".repeat(12),
  region: "us-gov-east-1",
  registry: undefined,
};

/** As long as every account's. */
const ACCOUNT = "0".repeat(12);

/**
 * The AWS quotas that all services together would exceed.
 *
 * @param services as one environment deploys them, with its sizes and numbers of tasks
 * @param config the environment: its PEM text that each container with the database's settings gets, and whether
 *   people may enter its tasks
 */
export function quotaProblems(
  services: Services,
  { databaseAuthorities = "", exec = false }: Partial<Pick<Config, "databaseAuthorities" | "exec">>,
): string[] {
  const entries = Object.entries(services);
  const published = entries.filter(([, { path }]) => path !== undefined);
  const tasks = (counted: readonly [string, { readonly scaling?: Scaling }][]) =>
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
      tasks(httpServices(services)),
      QUOTAS.instancesOfNamespace,
      "tasks can run during a deployment, according to scaling.max in services/index.ts and environments.ts; one Cloud Map namespace allows",
    ),
    ...exceeds(
      entries.reduce((sum, [, spec]) => sum + ROLES[kindOf(spec)], 0),
      QUOTAS.rolesOfAccount,
      `IAM roles are needed, ${ROLES.service} for each service and ${ROLES.job} for each job; one account allows`,
    ),
    ...exceeds(
      bucketsOf(services).size,
      MAXIMUM_BUCKETS,
      "buckets are stored in; the policy of the network's endpoint for S3 has room for",
    ),
    ...entries.flatMap(([name, spec]) =>
      exceeds(
        taskPolicyCharacters(name, spec, { ...LONGEST, account: ACCOUNT, exec }),
        ROLE_CHARACTERS,
        `characters of the policy of ${name}'s task role come from its sends, receives, stores and permissions${exec ? ", and from exec in environments.ts" : ""}; leave some out, or use wildcards in permissions: IAM allows`,
      ),
    ),
    ...entries.flatMap(([name, spec]) => {
      const bytes = taskDefinitionBytes(name, spec, services, databaseAuthorities);
      return exceeds(
        bytes,
        TASK_DEFINITION_BYTES,
        `bytes of ${name}'s task definition come from its environment, calls, queues, buckets, secrets, commands, sidecars and the database's authorities; AWS allows 64 KiB in all, and these may take`,
      );
    }),
    ...entries.flatMap(([name, spec]) =>
      exceeds(
        policyCharacters(taskSecrets(name, spec, LONGEST)),
        POLICY_CHARACTERS,
        `characters of the policy of ${name}'s execution role come from the ARNs of its secrets; IAM allows 10240 in all, and these may take`,
      ),
    ),
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
 * The migration repeats the environment and the secrets. The authorities are in the setup, the migration
 * and the service.
 */
function taskDefinitionBytes(
  service: string,
  spec: ServiceSpec,
  services: Services,
  authorities: string,
): number {
  const { environment = {}, calls = [], migrate = [], database } = spec;
  const callees = calls.map((callee) => [
    urlVariable(callee),
    privateUrl(callee, httpServiceOf(callee, services), LONGEST),
  ]);
  const queues = queuesUsedBy(spec).map((queue) => [
    queueVariable(queue),
    `https://sqs.${LONGEST.region}.amazonaws.com/${ACCOUNT}/${queueName(LONGEST, queue)}`,
  ]);
  const buckets = bucketsUsedBy(spec).map((bucket) => [
    bucketVariable(bucket),
    bucketName(LONGEST, bucket, ACCOUNT),
  ]);
  const all = [...Object.entries(environment), ...callees, ...queues, ...buckets];
  const variables = all.map(([name, value]) => {
    return { name, value };
  });
  const secretsOf = (container: Pick<ServiceSpec, "secrets">) =>
    secretSources(service, container, LONGEST).map((source) => {
      return { name: source.name, valueFrom: "arn" in source ? source.arn : source.parameter };
    });
  const secrets = secretsOf(spec);
  const beside = sidecarsOf(service, spec).map((named) => [
    named.image,
    Object.entries(sidecarEnvironment(named)).map(([name, value]) => ({ name, value })),
    secretsOf(named.sidecar),
    named.sidecar.health ?? "",
  ]);
  const bytes = (value: unknown) => Buffer.byteLength(JSON.stringify(value));
  return (
    bytes([...variables, ...secrets]) * (migrate.length > 0 ? 2 : 1) +
    (database ? bytes(authorities) * (migrate.length > 0 ? 3 : 2) : 0) +
    bytes(migrate) +
    (beside.length > 0 ? bytes(beside) + beside.length * SIDECAR_BYTES : 0) +
    bytes(spec.port === undefined ? (spec.health ?? "") : healthCheckOf(spec))
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
