import {
  type DBCluster,
  type DBInstance,
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  type RDSClient,
} from "@aws-sdk/client-rds";
import { setTimeout } from "node:timers/promises";
import { RDS_POLL_SECONDS, RESTORE_MINUTES } from "../../spec/limits";
import { hasName } from "../target/aws-error";
import type { Report } from "../terminal/refusal";
import { Failure } from "../terminal/run";

/** Reads what RDS has, and waits for it; a name that was just given is unknown to RDS for a while. */
export interface Waiting {
  readonly rds: RDSClient;
  readonly signal: AbortSignal;
  readonly report: Report;
}

/** The cluster; `undefined` if there is none. */
export async function findCluster(rds: RDSClient, name: string): Promise<DBCluster | undefined> {
  try {
    const { DBClusters = [] } = await rds.send(
      new DescribeDBClustersCommand({ DBClusterIdentifier: name }),
    );
    return DBClusters[0];
  } catch (error) {
    if (hasName(error, "DBClusterNotFoundFault")) return undefined;
    throw error;
  }
}

/** The instance; `undefined` if there is none. */
export async function findInstance(rds: RDSClient, name: string): Promise<DBInstance | undefined> {
  try {
    const { DBInstances = [] } = await rds.send(
      new DescribeDBInstancesCommand({ DBInstanceIdentifier: name }),
    );
    return DBInstances[0];
  } catch (error) {
    if (hasName(error, "DBInstanceNotFound", "DBInstanceNotFoundFault")) return undefined;
    throw error;
  }
}

/** Waits until the cluster is there and ready for the next change. */
export async function availableCluster(name: string, waiting: Waiting): Promise<DBCluster> {
  return await until(`the cluster ${name}`, waiting, async () => {
    const cluster = await findCluster(waiting.rds, name);
    const isReady = cluster?.Status === "available";
    return { found: isReady ? cluster : undefined, status: cluster?.Status };
  });
}

/** Waits until the instance is there and ready for the next change. */
export async function availableInstance(name: string, waiting: Waiting): Promise<DBInstance> {
  return await until(`the instance ${name}`, waiting, async () => {
    const instance = await findInstance(waiting.rds, name);
    const isReady = instance?.DBInstanceStatus === "available";
    return { found: isReady ? instance : undefined, status: instance?.DBInstanceStatus };
  });
}

/** Waits until the instance is gone. */
export async function goneInstance(name: string, waiting: Waiting): Promise<void> {
  await until(`the deletion of ${name}`, waiting, async () => {
    const instance = await findInstance(waiting.rds, name);
    return { found: instance ? undefined : true, status: instance?.DBInstanceStatus };
  });
}

async function until<T>(
  what: string,
  { report, signal }: Waiting,
  look: () => Promise<{ found: T | undefined; status: string | undefined }>,
): Promise<T> {
  const ends = Date.now() + RESTORE_MINUTES * 60_000;
  for (;;) {
    const { found, status } = await look();
    if (found !== undefined) return found;
    if (Date.now() > ends) {
      throw new Failure([
        `${what} was not ready within ${RESTORE_MINUTES} minutes: ${status ?? "it is not there"}.`,
        "→ aws rds describe-events shows why. The same command continues from there.",
      ]);
    }
    report(`waiting for ${what}: ${status ?? "not there yet"}`);
    await setTimeout(RDS_POLL_SECONDS * 1000, undefined, { signal });
  }
}
