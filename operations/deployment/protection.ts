import {
  DescribeLoadBalancerAttributesCommand,
  DescribeLoadBalancersCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { DescribeDBClustersCommand } from "@aws-sdk/client-rds";
import { databaseOwners } from "../../spec/service/database-name";
import type { Config } from "../../spec/config";
import { resourceName } from "../../spec/names";
import { hasName, wordsOf } from "../target/aws-error";
import type { Clients } from "../target/clients";
import type { Target } from "../target/target";
import { Refusal } from "../terminal/refusal";
import { Failure } from "../terminal/run";
import { deployedDatabases } from "./moves";

/**
 * Refuses to destroy an environment that environments.ts protects, whatever was deployed.
 *
 * @throws Refusal with the way to destroy it on purpose
 */
export function requireNotProtected(config: Config): void {
  const { suffix } = config;
  if (!config.protected) return;
  throw new Refusal(
    `${suffix} is protected: environments.ts guards its data against this. Nothing was destroyed.`,
    `To destroy it on purpose, set protected: false for ${suffix}, run npx platform deploy ${suffix}, which takes the protection off, then npx platform destroy ${suffix}. Its backups go with it: docs/protection.md says how to keep one.`,
  );
}

/**
 * Refuses to destroy what AWS protects: the cluster would refuse to go after everything else has gone.
 *
 * @throws Refusal that names what is protected, Failure if AWS cannot be asked
 */
export async function requireUnprotected(
  config: Config,
  clients: Pick<Clients, "rds" | "loadBalancing">,
): Promise<void> {
  const { suffix } = config;
  const found = await protectedResources(config, clients);
  if (found.length === 0) return;
  throw new Refusal(
    `${suffix} is still protected on AWS: deletion protection is on for ${found.join(" and ")}. Nothing was destroyed.`,
    `environments.ts no longer protects ${suffix}: npx platform deploy ${suffix} takes the protection off, then run this again.`,
  );
}

/** The environment's resources that AWS does not delete, in words. */
export async function protectedResources(
  config: Config,
  clients: Pick<Clients, "rds" | "loadBalancing">,
): Promise<string[]> {
  const name = resourceName(config);
  try {
    const [cluster, loadBalancer] = await Promise.all([
      isClusterProtected(clients, name),
      isLoadBalancerProtected(clients, name),
    ]);
    return [
      ...(cluster ? [`the Aurora cluster ${name}`] : []),
      ...(loadBalancer ? [`the load balancer ${name}`] : []),
    ];
  } catch (error) {
    throw new Failure([
      `whether ${config.suffix} is protected could not be read: ${wordsOf(error)}`,
      "→ allow the caller rds:DescribeDBClusters and elasticloadbalancing:Describe*; nothing was changed",
    ]);
  }
}

async function isClusterProtected({ rds }: Pick<Clients, "rds">, name: string): Promise<boolean> {
  try {
    const { DBClusters = [] } = await rds.send(
      new DescribeDBClustersCommand({ DBClusterIdentifier: name }),
    );
    return DBClusters.some(({ DeletionProtection }) => DeletionProtection === true);
  } catch (error) {
    if (hasName(error, "DBClusterNotFoundFault")) return false;
    throw error;
  }
}

async function isLoadBalancerProtected(
  { loadBalancing }: Pick<Clients, "loadBalancing">,
  name: string,
): Promise<boolean> {
  try {
    const { LoadBalancers = [] } = await loadBalancing.send(
      new DescribeLoadBalancersCommand({ Names: [name] }),
    );
    const LoadBalancerArn = LoadBalancers[0]?.LoadBalancerArn;
    if (LoadBalancerArn === undefined) return false;
    const { Attributes = [] } = await loadBalancing.send(
      new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn }),
    );
    return Attributes.some(
      ({ Key, Value }) => Key === "deletion_protection.enabled" && Value === "true",
    );
  } catch (error) {
    if (hasName(error, "LoadBalancerNotFoundException")) return false;
    throw error;
  }
}

/** Why nothing may be lost: a deployment that takes the protection off may take nothing else away. */
export function protectionOf({ suffix, protected: isProtected }: Config): string {
  return isProtected ? `${suffix} is protected` : `AWS still protects ${suffix}`;
}

/** How to lose it on purpose. */
export function withoutProtection(config: Config): string {
  return config.protected
    ? "set protected: false and deploy first"
    : "first deploy protected: false without this change";
}

/**
 * Refuses to take a database from its service. Terraform refuses it in a protected environment as well, once
 * it plans the stack.
 *
 * @param outputs the current outputs of the `platform` stack; empty before its first deployment
 * @throws Refusal that names each database, and how to keep it or to leave it on purpose
 */
export function requireDatabases(
  outputs: Readonly<Record<string, unknown>>,
  { config, services }: Pick<Target, "config" | "services">,
): void {
  const used = databaseOwners(services);
  const lost = [...deployedDatabases(outputs)].filter(
    ([database]) =>
      !used.has(database) && !(used.size > 0 && config.leftDatabases.includes(database)),
  );
  const names = lost.map(([database]) => database);
  const [first] = names;
  if (first === undefined) return;
  throw new Refusal(
    lost
      .map(
        ([database, service]) =>
          `${protectionOf(config)}, and ${service} would lose its database ${database}: ${service in services ? "it no longer has one" : "it is no longer in services/index.ts"}. Nothing was changed.`,
      )
      .join("\n"),
    used.size === 0
      ? `To keep it, set database: { name: "${first}" } for the service that takes it over. Without any database the cluster would be deleted: to do that, ${withoutProtection(config)}.`
      : `To keep it, set database: { name: "${first}" } for the service that takes it over. To leave it on the cluster without a service: npx platform deploy ${config.suffix} --leave-database ${names.join(" ")}. To plan that, or in a pipeline: PLATFORM_LEFT_DATABASES=${names.join(",")}`,
  );
}
