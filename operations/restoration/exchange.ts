import {
  type DBCluster,
  ModifyDBClusterCommand,
  ModifyDBInstanceCommand,
} from "@aws-sdk/client-rds";
import type { Config } from "../../spec/config";
import { type ClusterNames, replacedInstance } from "./cluster-names";
import { type Waiting, availableCluster, availableInstance, findCluster } from "./clusters";

/**
 * Gives the restored cluster the names of the environment's own, whose data stay under another name.
 * Terraform knows clusters by their names, so its state is right without a change. The old cluster loses
 * its address first, then its instances restart under new names, which ends every connection: nothing is
 * written to it any more. Each step that an interrupted run has done is left out.
 */
export async function exchange(
  names: ClusterNames,
  config: Config,
  waiting: Waiting,
): Promise<void> {
  const { rds } = waiting;
  const restored = await findCluster(rds, names.restoring);
  if (restored && (await findCluster(rds, names.main))) {
    await renameCluster(names.main, names.replaced, waiting);
  }
  const replaced = await availableCluster(names.replaced, waiting);
  for (const instance of instancesOf(replaced)) {
    await renameInstance(instance, replacedInstance(instance, config), waiting);
  }
  if (restored) await renameCluster(names.restoring, names.main, waiting);
  const main = await availableCluster(names.main, waiting);
  for (const instance of instancesOf(main)) {
    if (instance === names.restoringWriter) await renameInstance(instance, names.writer, waiting);
  }
}

/** The identifiers of a cluster's instances. */
export function instancesOf({ DBClusterMembers = [] }: DBCluster): string[] {
  return DBClusterMembers.flatMap(({ DBInstanceIdentifier }) => DBInstanceIdentifier ?? []);
}

async function renameCluster(from: string, to: string, waiting: Waiting): Promise<void> {
  waiting.report(`renaming the cluster ${from} to ${to}`);
  await waiting.rds.send(
    new ModifyDBClusterCommand({
      DBClusterIdentifier: from,
      NewDBClusterIdentifier: to,
      ApplyImmediately: true,
    }),
  );
  await availableCluster(to, waiting);
}

async function renameInstance(from: string, to: string, waiting: Waiting): Promise<void> {
  if (from !== to) {
    waiting.report(`renaming the instance ${from} to ${to}`);
    await waiting.rds.send(
      new ModifyDBInstanceCommand({
        DBInstanceIdentifier: from,
        NewDBInstanceIdentifier: to,
        ApplyImmediately: true,
      }),
    );
  }
  await availableInstance(to, waiting);
}
