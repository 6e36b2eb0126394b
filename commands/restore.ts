import type { Command } from "commander";
import { requireAccount, requireStatePlace } from "../operations/checks/phase";
import { deployStacks } from "../operations/deployment/deploy-stacks";
import { readRepositories } from "../operations/deployment/repositories";
import { clusterNames } from "../operations/restoration/cluster-names";
import { findCluster } from "../operations/restoration/clusters";
import { discardClusters } from "../operations/restoration/discard";
import { restoreDatabase } from "../operations/restoration/restore-database";
import {
  type RestorePoint,
  listSnapshots,
  readPoint,
} from "../operations/restoration/restore-point";
import { type Target, readTarget } from "../operations/target/target";
import { closing } from "../operations/terminal/closing";
import { stopOnInterrupt } from "../operations/terminal/interruption";
import { runPhases } from "../operations/terminal/phases";
import { table } from "../operations/terminal/table";
import { synthesize } from "../operations/terraform/synthesis";
import { variablesOf } from "./environment-argument";

interface RestoreOptions {
  readonly snapshot?: string;
  readonly to?: string;
  readonly list?: boolean;
  readonly discard?: boolean;
}

export function restore(command: Command): void {
  command
    .description(
      "Restores an environment's database into a new cluster, which takes the place of the present " +
        "one, then deploys the environment. The former cluster stays under another name until " +
        "--discard. Every service's data go back to the restore point; services are down for minutes. " +
        "The same command continues an interrupted restore; after two hours, --to latest is refused, with " +
        "the command for either point.",
    )
    .argument("<environment>", "the suffix of the environment: prod, dev")
    .option("--snapshot <name>", "restore this snapshot")
    .option("--to <time>", "restore the data of this moment: 2026-11-29T10:00:00Z, or latest")
    .option("--list", "list the snapshots, and the times that --to can have")
    .option("--discard", "delete the cluster that an earlier restore has replaced")
    .addHelpText("after", "\nExit codes: 0 done, 1 refused or failed.")
    .action(restoreEnvironment);
}

async function restoreEnvironment(environment: string, options: RestoreOptions): Promise<void> {
  const target = readTarget(stopOnInterrupt(), variablesOf(environment));
  if (options.list) await list(target);
  else if (options.discard) await discard(target);
  else await restoreTo(readPoint(options), target);
}

async function restoreTo(point: RestorePoint, target: Target): Promise<void> {
  const { suffix } = target.config;
  await requireOwnAccount(target);
  await restoreDatabase(target, point);
  await deployStacks(target);
  console.log(
    `The former cluster is ${clusterNames(target.config).replaced}. Once its data are not needed any more: npx platform restore ${suffix} --discard`,
  );
  console.log(closing(`npx platform diagnose ${suffix}`));
}

async function list({ clients: { rds }, config }: Target): Promise<void> {
  const { main, replaced } = clusterNames(config);
  const cluster = await findCluster(rds, main);
  const snapshots = await listSnapshots(rds, [main, replaced]);
  const rows = snapshots.map(({ snapshot, kind, time, status }) => [snapshot, kind, time, status]);
  console.log(table(["snapshot", "kind", "time", "status"], rows));
  const { EarliestRestorableTime: earliest, LatestRestorableTime: latest } = cluster ?? {};
  console.log(
    earliest && latest
      ? `--to takes a time from ${earliest.toISOString()} to ${latest.toISOString()}, or latest.`
      : `There is no cluster ${main}, so --to takes no time.`,
  );
}

/** Clusters of the same names in another account are another environment's. */
async function requireOwnAccount(target: Target): Promise<void> {
  await synthesize(target);
  await requireStatePlace(target);
  const deployedRepositories = await readRepositories({ ...target, report: () => undefined });
  await requireAccount({ ...target, deployedRepositories });
}

async function discard(target: Target): Promise<void> {
  const { clients, config, signal } = target;
  const { rds } = clients;
  await requireOwnAccount(target);
  const phase = {
    title: "Clusters of earlier restores",
    run: async (report: (line: string) => void) => {
      const discarded = await discardClusters(config, { rds, signal, report });
      return discarded.length > 0 ? `${discarded.join(", ")} deleted` : "none is there";
    },
  };
  await runPhases([phase], signal);
}
