import { type Named, type Placed, globalName, resourceName } from "./names";

/** The log group of what PostgreSQL reports, which RDS would otherwise create itself. */
export function databaseLogGroup(config: Named): string {
  return `/aws/rds/cluster/${resourceName(config)}/postgresql`;
}

/**
 * The bucket with the logs of the load balancer and the network: `platform-logs-123456789012-use1-dev`, at
 * most 53 of the 63 characters that S3 allows.
 */
export function logBucketName(config: Placed, account: string): string {
  return globalName(config, "logs", account);
}
