import type { DBCluster, RDSClient } from "@aws-sdk/client-rds";
import type { Config } from "../../spec/config";
import { clusterNames } from "./cluster-names";
import { findCluster } from "./clusters";
import { instancesOf } from "./exchange";
import { continuation, restoredFrom } from "./restore-point";

/** An environment's clusters before, during and after a restore, whose names change in between. */
export interface Clusters {
  /** The one in use. */
  readonly main: DBCluster | undefined;
  readonly restoring: DBCluster | undefined;
  readonly replaced: DBCluster | undefined;
}

export async function readClusters(rds: RDSClient, config: Config): Promise<Clusters> {
  const names = clusterNames(config);
  const [main, restoring, replaced] = await Promise.all(
    [names.main, names.restoring, names.replaced].map((name) => findCluster(rds, name)),
  );
  return { main, restoring, replaced };
}

/** What a restore has left beside the environment's own cluster, by name. */
export function leftBy({ restoring, replaced }: Clusters): string[] {
  return [restoring, replaced].flatMap((cluster) => cluster?.DBClusterIdentifier ?? []);
}

/** Why a restore is not finished, in a sentence; `undefined` if none is open. */
export function openRestore(
  { main, restoring, replaced }: Clusters,
  config: Config,
): string | undefined {
  const names = clusterNames(config);
  const ofPoint = (cluster: DBCluster, left: string) =>
    `A restore of ${config.suffix} from ${restoredFrom(cluster) ?? "an unknown point"} is not finished: ${left} is there.`;
  if (main && instancesOf(main).includes(names.restoringWriter)) {
    return ofPoint(main, names.restoringWriter);
  }
  if (restoring) return ofPoint(restoring, names.restoring);
  if (replaced && !main) {
    return `Of the clusters of ${config.suffix}, only ${names.replaced} is there: a restore exchanges the names, or ${names.main} was deleted.`;
  }
  return undefined;
}

/** Whether the same command takes an open restore to its end. */
export function isContinuable({ main, restoring, replaced }: Clusters): boolean {
  return restoring ? (main === undefined) !== (replaced === undefined) : main !== undefined;
}

/** How to go on with an open restore. While the names are exchanged, nothing may be discarded. */
export function waysOn(clusters: Clusters, config: Config): string {
  const { main, restoring, replaced } = clusters;
  if (!isContinuable(clusters)) return wayOut(clusters, config);
  // It is continuable: one of them is there.
  const begun = restoring ?? main;
  return [
    ...(begun ? [`To continue it: ${continuation(begun, config.suffix)}`] : []),
    ...(restoring && !replaced
      ? [`To discard it: npx platform restore ${config.suffix} --discard`]
      : []),
  ].join("\n");
}

/** What remains where the names cannot be exchanged. */
function wayOut({ main, restoring, replaced }: Clusters, config: Config): string {
  const names = clusterNames(config);
  const soon = "If a restore runs at the moment, run this again in a minute.";
  const rename = (from: string) =>
    `aws rds modify-db-cluster --db-cluster-identifier ${from} --new-db-cluster-identifier ${names.main} --apply-immediately`;
  if (!main && restoring) {
    return `${names.main} is gone. Delete ${names.restoring}, or give it the name: ${rename(names.restoring)}`;
  }
  if (!main) {
    return `${soon} If ${names.main} is gone, give its name to the cluster that is left: ${rename(names.replaced)}`;
  }
  const others = [restoring, replaced].map((cluster) => cluster?.DbClusterResourceId);
  // Read a moment later, the same cluster may have another name.
  if (others.includes(main.DbClusterResourceId)) return soon;
  return `Something has created ${names.main} since. See that it holds nothing that you need, delete it by hand, and run the restore again with the same point.`;
}
