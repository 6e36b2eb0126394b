import {
  type DBCluster,
  DeleteDBClusterCommand,
  DeleteDBInstanceCommand,
  ModifyDBClusterCommand,
  type RDSClient,
} from "@aws-sdk/client-rds";
import type { Config } from "../../spec/config";
import { Refusal } from "../terminal/refusal";
import { type ClusterNames, clusterNames } from "./cluster-names";
import { type Waiting, availableCluster, goneInstance } from "./clusters";
import { instancesOf } from "./exchange";
import { leftBy, openRestore, readClusters, waysOn } from "./open-restore";

/**
 * Deletes what a restore has left: the cluster that was replaced, and one that did not become the
 * environment's own. It takes no final snapshot; where the environment is protected, its automated backups stay.
 *
 * @returns the clusters that were deleted
 * @throws Refusal while the names are being exchanged, when one of them is the only one with the data
 */
export async function discardClusters(config: Config, waiting: Waiting): Promise<string[]> {
  const { rds } = waiting;
  const names = clusterNames(config);
  const clusters = await readClusters(rds, config);
  requireNamesExchanged(clusters.main, names, config.suffix);
  const left = leftBy(clusters);
  if (left.length > 1) {
    throw new Refusal(
      `${left.join(" and ")} are both there: a restore was interrupted while it exchanged their names. Nothing was deleted.`,
      waysOn(clusters, config),
    );
  }
  for (const name of left) await deleteCluster(name, config, waiting);
  return left;
}

function requireNamesExchanged(
  own: DBCluster | undefined,
  { main, restoringWriter }: ClusterNames,
  suffix: string,
): void {
  const fix = "If a restore was interrupted, run it again with the same point first.";
  if (!own) {
    throw new Refusal(`${suffix} has no cluster ${main} at the moment. Nothing was deleted.`, fix);
  }
  if (instancesOf(own).includes(restoringWriter)) {
    throw new Refusal(
      `The writer of ${main} is still called ${restoringWriter}. Nothing was deleted.`,
      fix,
    );
  }
}

/**
 * Refuses to deploy while a restore is not finished: where it has taken the cluster's or the writer's name
 * already, Terraform would create an empty one.
 *
 * @throws Refusal with the commands that end the restore
 */
export async function requireNoOpenRestore(config: Config, rds: RDSClient): Promise<void> {
  const clusters = await readClusters(rds, config);
  const open = openRestore(clusters, config);
  if (open === undefined) return;
  throw new Refusal(`${open} Nothing was changed.`, waysOn(clusters, config));
}

/**
 * Refuses to destroy an environment while a restore has left a cluster in its network: the subnets and
 * security groups could not go.
 *
 * @throws Refusal with the command that deletes them
 */
export async function requireNoLeftCluster(config: Config, rds: RDSClient): Promise<void> {
  const clusters = await readClusters(rds, config);
  const left = leftBy(clusters);
  if (left.length === 0) return;
  throw new Refusal(
    `A restore has left ${left.join(" and ")}, which no state knows. Nothing was destroyed.`,
    openRestore(clusters, config) === undefined
      ? `Once the data are not needed any more, remove it: npx platform restore ${config.suffix} --discard`
      : waysOn(clusters, config),
  );
}

async function deleteCluster(name: string, config: Config, waiting: Waiting): Promise<void> {
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
    new DeleteDBClusterCommand({
      DBClusterIdentifier: name,
      SkipFinalSnapshot: true,
      // They reach back to before the restore, as the new cluster's do not.
      DeleteAutomatedBackups: !config.protected,
    }),
  );
}
