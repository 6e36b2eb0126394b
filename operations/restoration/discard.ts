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
import { type Waiting, availableCluster, findCluster, goneInstance } from "./clusters";
import { instancesOf } from "./exchange";
import { continuation, restoredFrom } from "./restore-point";

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
  const { main, restoring, replaced } = names;
  const [own, ...found] = await Promise.all(
    [main, restoring, replaced].map((name) => findCluster(rds, name)),
  );
  requireNamesExchanged(own, names, config.suffix);
  const left = found.flatMap((cluster) => cluster?.DBClusterIdentifier ?? []);
  if (left.length > 1) {
    throw new Refusal(
      `${left.join(" and ")} are both there: a restore was interrupted while it exchanged their names. Nothing was deleted.`,
      afterCreation(config),
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

/** How to go on with a restore that is not finished. While the names are exchanged, nothing may be discarded. */
export function waysOn(
  begun: DBCluster,
  { main, replaced }: Readonly<Record<"main" | "replaced", DBCluster | undefined>>,
  config: Config,
): string {
  if (main && replaced && begun !== main) return afterCreation(config);
  return [
    `To continue it: ${continuation(begun, config.suffix)}`,
    ...(main && begun !== main
      ? [`To discard it: npx platform restore ${config.suffix} --discard`]
      : []),
  ].join("\n");
}

/** What to do once a deployment has created a cluster while the names were exchanged. */
function afterCreation(config: Config): string {
  return `Something has created ${clusterNames(config).main} since, which is empty then: delete it by hand, and run the restore again with the same point.`;
}

/**
 * Refuses to deploy while a restore is not finished: where it has taken the cluster's or the writer's name
 * already, Terraform would create an empty one.
 *
 * @throws Refusal with the commands that end the restore
 */
export async function requireNoOpenRestore(config: Config, rds: RDSClient): Promise<void> {
  const { main, restoring, replaced, restoringWriter } = clusterNames(config);
  const [own, open, former] = await Promise.all(
    [main, restoring, replaced].map((name) => findCluster(rds, name)),
  );
  const unfinished = own && instancesOf(own).includes(restoringWriter) ? own : open;
  if (!unfinished) return;
  const from = restoredFrom(unfinished) ?? "an unknown point";
  const left = unfinished === own ? restoringWriter : restoring;
  throw new Refusal(
    `A restore of ${config.suffix} from ${from} is not finished: ${left} is there. Nothing was changed.`,
    waysOn(unfinished, { main: own, replaced: former }, config),
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
