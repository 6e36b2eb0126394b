import type { DBCluster } from "@aws-sdk/client-rds";
import { RESTORE_MINUTES } from "../../spec/limits";
import type { Config } from "../../spec/config";
import type { Target } from "../target/target";
import { type Phase, runPhases } from "../terminal/phases";
import { Refusal } from "../terminal/refusal";
import { clusterNames } from "./cluster-names";
import { exchange } from "./exchange";
import { type Clusters, isContinuable, openRestore, readClusters, waysOn } from "./open-restore";
import { type RestorePoint, continuation, isFrom, pointText } from "./restore-point";
import { addWriter, managePassword, restoreCluster } from "./restored-cluster";

/**
 * How long ago a restore from `latest` may have been begun that is continued without a question: longer than
 * a step may take.
 */
const RECENT_MS = 2 * RESTORE_MINUTES * 60_000;

/**
 * Restores the environment's database from a snapshot or to a point in time: into a new cluster, which
 * takes the name of the present one. That one stays as `platform-replaced-ENVIRONMENT`. An interrupted
 * restore continues when it is started again with the same point; with `latest`, which would be another point
 * by then, for two hours or once the names are being exchanged. A deployment must follow, which gives
 * the services the new master user's secret.
 *
 * @throws Refusal if there is nothing to restore into, or another restore is not finished
 */
export async function restoreDatabase(target: Target, point: RestorePoint): Promise<void> {
  const { config, signal, clients } = target;
  const names = clusterNames(config);
  const clusters = await readClusters(clients.rds, config);
  requireRoom(clusters, config, point);
  if (isDone(clusters, config, point)) {
    console.log(
      `${config.suffix} was restored from ${pointText(point)} before, and nothing was restored now. For another restore, discard ${names.replaced} first: npx platform restore ${config.suffix} --discard`,
    );
    return;
  }
  // Once the names are exchanged, the former cluster is the model.
  const model = clusters.replaced ?? clusters.main;
  if (!model) throw nothingToReplace(config.suffix);
  const phase = (title: string, run: Phase["run"]): Phase => ({ title, run });
  const waiting = (report: (line: string) => void) => ({ rds: clients.rds, signal, report });
  const restore = [
    phase(`Cluster from ${pointText(point)}`, async (report) => {
      await restoreCluster(names, model, point, waiting(report));
      return names.restoring;
    }),
    phase("Writer", async (report) => {
      await addWriter(names, model, waiting(report));
      return undefined;
    }),
    phase("Password of the master user", async (report) => {
      await managePassword(names, model, waiting(report));
      return "managed by RDS";
    }),
  ];
  const swap = phase("Names", async (report) => {
    await exchange(names, config, waiting(report));
    return `the former cluster is ${names.replaced}`;
  });
  // Without a cluster to restore, the last run stopped while it exchanged the names.
  const isExchanging = clusters.replaced !== undefined && clusters.restoring === undefined;
  await runPhases(isExchanging ? [swap] : [...restore, swap], signal);
}

/** The cluster in use was restored from this point, and all its names are exchanged. */
function isDone(clusters: Clusters, config: Config, point: RestorePoint): boolean {
  const { main, replaced } = clusters;
  return (
    main !== undefined &&
    replaced !== undefined &&
    isFrom(main, point) &&
    openRestore(clusters, config) === undefined
  );
}

function requireRoom(clusters: Clusters, config: Config, point: RestorePoint): void {
  const { main, restoring, replaced } = clusters;
  const { suffix } = config;
  if (!main && !restoring && !replaced) throw nothingToReplace(suffix);
  const begun = restoring ?? (replaced && main);
  if (begun && isFrom(begun, point) && isContinuable(clusters)) {
    // Once the names are being exchanged, the only way is to continue.
    if (!replaced) requireRecent(begun, suffix, point);
    return;
  }
  const open = openRestore(clusters, config);
  if (open !== undefined) {
    throw new Refusal(`${open} Nothing was changed.`, waysOn(clusters, config));
  }
  if (!replaced) return;
  throw new Refusal(
    `${clusterNames(config).replaced}, the cluster before an earlier restore, is still there. Nothing was changed.`,
    `Once its data are not needed any more, remove it: npx platform restore ${suffix} --discard`,
  );
}

/** What was the latest long ago is not what somebody means now. */
function requireRecent(begun: DBCluster, suffix: string, point: RestorePoint): void {
  const time = begun.ClusterCreateTime;
  if (point.kind !== "latest" || !time || Date.now() - time.getTime() < RECENT_MS) return;
  throw new Refusal(
    `A restore from latest was begun at ${time.toISOString()} and is not finished: it brings back the data of then, and nothing that was written since. Nothing was changed.`,
    `For the latest data of now, discard it first and run this again: npx platform restore ${suffix} --discard\nTo continue it all the same: ${continuation(begun, suffix)}`,
  );
}

function nothingToReplace(suffix: string): Refusal {
  return new Refusal(
    `${suffix} has no database that a restored one could take the place of.`,
    `Deploy it first: npx platform deploy ${suffix}. A snapshot of a destroyed environment can be restored then.`,
  );
}
