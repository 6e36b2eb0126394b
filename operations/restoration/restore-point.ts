import type { DBCluster, Tag } from "@aws-sdk/client-rds";
import { paginateDescribeDBClusterSnapshots, type RDSClient } from "@aws-sdk/client-rds";
import { RESTORED_FROM } from "../../stacks/options/providers";
import { Refusal } from "../terminal/refusal";

/** Which data a restore brings back. */
export type RestorePoint =
  | { readonly kind: "snapshot"; readonly snapshot: string }
  /** The newest moment to which AWS can restore, minutes ago. */
  | { readonly kind: "latest" }
  | { readonly kind: "time"; readonly time: Date };

/** The point as a tag's value and in sentences. */
export function pointText(point: RestorePoint): string {
  switch (point.kind) {
    case "snapshot":
      return `snapshot ${point.snapshot}`;
    case "latest":
      return "latest";
    case "time":
      return point.time.toISOString();
  }
}

/**
 * Reads the options of the command.
 *
 * @throws Refusal unless exactly one point is given, and it can be read
 */
export function readPoint({ snapshot, to }: { snapshot?: string; to?: string }): RestorePoint {
  const fix =
    "Say one of --snapshot NAME, --to 2026-11-29T10:00:00Z and --to latest; --list shows what there is.";
  if ((snapshot === undefined) === (to === undefined)) {
    throw new Refusal("A restore needs one restore point.", fix);
  }
  if (snapshot !== undefined) return { kind: "snapshot", snapshot };
  if (to === "latest") return { kind: "latest" };
  const time = readTime(to ?? "");
  if (!time) {
    throw new Refusal(`--to is "${to ?? ""}"; it must be a time with a zone, or latest.`, fix);
  }
  return { kind: "time", time };
}

/** Without a zone, a time would mean another moment on each machine. */
function readTime(text: string): Date | undefined {
  const time = new Date(text);
  return /^\d.*(Z|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(time.getTime()) ? time : undefined;
}

/** The point that a cluster was restored from, by which an interrupted restore continues; `undefined` for one that was not. */
export function restoredFrom({ TagList = [] }: DBCluster): string | undefined {
  return TagList.find(({ Key }) => Key === RESTORED_FROM)?.Value;
}

/** Whether a cluster was restored from the point: from `latest` also if the point is when that was begun. */
export function isFrom(cluster: DBCluster, point: RestorePoint): boolean {
  const from = restoredFrom(cluster);
  const begun = cluster.ClusterCreateTime?.getTime();
  return (
    from === pointText(point) ||
    // As it may have been written by hand.
    (point.kind === "time" && readTime(from ?? "")?.getTime() === point.time.getTime()) ||
    (from === "latest" && point.kind === "time" && point.time.getTime() === begun)
  );
}

/** The command that continues the restore of a cluster, however long ago it was begun. */
export function continuation(cluster: DBCluster, suffix: string): string {
  const command = `npx platform restore ${suffix}`;
  const from = restoredFrom(cluster);
  const begun = cluster.ClusterCreateTime?.toISOString();
  const time = from === "latest" ? begun : readTime(from ?? "")?.toISOString();
  if (from?.startsWith("snapshot ")) return `${command} --${from}`;
  if (time === undefined) {
    const name = cluster.DBClusterIdentifier ?? "the cluster";
    return `give ${name} its tag ${RESTORED_FROM} again, a time with a zone or "snapshot NAME", then ${command} --to TIME or --snapshot NAME`;
  }
  return `${command} --to ${time}`;
}

/** The tags of a restored cluster: those of the environment's own, and its restore point. */
export function restoredTags({ TagList = [] }: DBCluster, point: RestorePoint): Tag[] {
  const own = TagList.filter(({ Key = "" }) => Key !== RESTORED_FROM && !Key.startsWith("aws:"));
  return [...own, { Key: RESTORED_FROM, Value: pointText(point) }];
}

/** A snapshot that a restore can use. */
export interface SnapshotLine {
  readonly snapshot: string;
  readonly kind: string;
  readonly time: string;
  readonly status: string;
}

/** The snapshots of clusters with these identifiers, the newest first. */
export async function listSnapshots(
  rds: RDSClient,
  clusters: readonly string[],
): Promise<SnapshotLine[]> {
  const lines: SnapshotLine[] = [];
  for (const DBClusterIdentifier of clusters) {
    const pages = paginateDescribeDBClusterSnapshots({ client: rds }, { DBClusterIdentifier });
    for await (const { DBClusterSnapshots = [] } of pages) {
      for (const each of DBClusterSnapshots) {
        lines.push({
          snapshot: each.DBClusterSnapshotIdentifier ?? "",
          kind: each.SnapshotType ?? "",
          time: each.SnapshotCreateTime?.toISOString() ?? "",
          status: each.Status ?? "",
        });
      }
    }
  }
  return lines.sort((one, other) => other.time.localeCompare(one.time));
}
