import {
  DeleteDBClusterCommand,
  DeleteDBInstanceCommand,
  ModifyDBClusterCommand,
  type RDSClient,
} from "@aws-sdk/client-rds";
import type { Config } from "../../spec/config";
import { Refusal } from "../terminal/refusal";
import { clusterNames } from "./cluster-names";
import { type Waiting, availableCluster, findCluster, goneInstance } from "./clusters";
import { instancesOf } from "./exchange";
import { restoredFrom } from "./restore-point";

/**
 * Deletes what a restore has left: the cluster that was replaced, and one that did not become the
 * environment's own. It takes no final snapshot.
 *
 * @returns the clusters that were deleted
 * @throws Refusal while the names are being exchanged, when one of them is the only one with the data
 */
export async function discardClusters(config: Config, waiting: Waiting): Promise<string[]> {
  const { rds } = waiting;
  const { main, restoring, replaced } = clusterNames(config);
  if (!(await findCluster(rds, main))) {
    throw new Refusal(
      `${config.suffix} has no cluster ${main} at the moment. Nothing was deleted.`,
      "If a restore was interrupted, run it again with the same point first.",
    );
  }
  const discarded: string[] = [];
  for (const name of [restoring, replaced]) {
    if (!(await findCluster(rds, name))) continue;
    await deleteCluster(name, waiting);
    discarded.push(name);
  }
  return discarded;
}

/**
 * Refuses to deploy while a restore is not finished: where it has taken the cluster's name already,
 * Terraform would create an empty one.
 *
 * @throws Refusal with the commands that end the restore
 */
export async function requireNoOpenRestore(config: Config, rds: RDSClient): Promise<void> {
  const { restoring } = clusterNames(config);
  const cluster = await findCluster(rds, restoring);
  if (!cluster) return;
  const from = restoredFrom(cluster) ?? "an unknown point";
  throw new Refusal(
    `A restore of ${config.suffix} from ${from} is not finished: ${restoring} is there. Nothing was changed.`,
    `Run npx platform restore with that point again, which continues it; or discard it: npx platform restore ${config.suffix} --discard`,
  );
}

/**
 * Refuses to destroy an environment while a restore has left a cluster in its network: the subnets and
 * security groups could not go.
 *
 * @throws Refusal with the command that deletes them
 */
export async function requireNoLeftCluster(config: Config, rds: RDSClient): Promise<void> {
  const { restoring, replaced } = clusterNames(config);
  const found = await Promise.all([restoring, replaced].map((name) => findCluster(rds, name)));
  const left = found.flatMap((cluster) => cluster?.DBClusterIdentifier ?? []);
  if (left.length === 0) return;
  throw new Refusal(
    `A restore has left ${left.join(" and ")}, which no state knows. Nothing was destroyed.`,
    `Once the data are not needed any more, remove it: npx platform restore ${config.suffix} --discard`,
  );
}

async function deleteCluster(name: string, waiting: Waiting): Promise<void> {
  const { rds } = waiting;
  const cluster = await availableCluster(name, waiting);
  if (cluster.DeletionProtection) {
    await rds.send(
      new ModifyDBClusterCommand({
        DBClusterIdentifier: name,
        DeletionProtection: false,
        ApplyImmediately: true,
      }),
    );
    await availableCluster(name, waiting);
  }
  for (const instance of instancesOf(cluster)) {
    await rds.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: instance }));
    await goneInstance(instance, waiting);
  }
  await rds.send(
    new DeleteDBClusterCommand({ DBClusterIdentifier: name, SkipFinalSnapshot: true }),
  );
}
