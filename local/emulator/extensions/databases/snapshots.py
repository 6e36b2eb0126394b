"""Snapshots of clusters with their data, and the rules about a cluster's deletion.

MiniStack records a snapshot without data, takes no final one, and forgets a deleted cluster's
automated backups whatever the request says.
https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBCluster.html
"""

import time
from collections.abc import Callable
from typing import Any

from ministack.services import rds

from .. import seam
from . import volumes

Record = dict[str, Any]

AUTOMATED = "automated"
_COMBINATION = "InvalidParameterCombination"


def _with_data(original: Callable[..., Record]) -> Callable[..., Record]:
    def create(snap_id: str, cluster: Record) -> Record:
        snapshot = original(snap_id, cluster)
        snapshot["_volume"] = volumes.copy_of_cluster(cluster, "snapshot")
        for name in ("_MasterUserPassword", "DatabaseName", "BackupRetentionPeriod"):
            snapshot[name] = cluster.get(name)
        if not cluster.get("CopyTagsToSnapshot"):
            snapshot["TagList"] = []
        rds._tags[snapshot["DBClusterSnapshotArn"]] = list(snapshot["TagList"])
        return snapshot

    return create


def _without_data(original: Callable[..., Any]) -> Callable[..., Any]:
    def delete(p: Record) -> Any:
        snapshot = rds._db_cluster_snapshots.get(rds._p(p, "DBClusterSnapshotIdentifier"))
        if snapshot and snapshot["SnapshotType"] == AUTOMATED:
            return rds._error(
                "InvalidDBClusterSnapshotStateFault",
                "Only manual snapshots may be deleted.",
                400,
            )
        answer = original(p)
        if snapshot:
            volumes.remove(snapshot.get("_volume"))
        return answer

    return delete


def deletion_error(p: Record, cluster: Record) -> Any:
    """Why AWS refuses to delete a cluster, or None."""
    skips = rds._p(p, "SkipFinalSnapshot").lower() == "true"
    final = rds._p(p, "FinalDBSnapshotIdentifier")
    if cluster.get("DeletionProtection"):
        text = "Cannot delete protected Cluster, please disable deletion protection and try again."
        return rds._error(_COMBINATION, text, 400)
    if not skips and not final:
        text = "FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified."
        return rds._error(_COMBINATION, text, 400)
    if skips and final:
        text = "FinalDBSnapshotIdentifier cannot be specified when deleting a cluster with "
        return rds._error(_COMBINATION, f"{text}SkipFinalSnapshot.", 400)
    if final in rds._db_cluster_snapshots:
        text = f"Cannot create the cluster snapshot because one with the identifier {final} already"
        return rds._error("DBClusterSnapshotAlreadyExistsFault", f"{text} exists.", 400)
    return None


def _leaving_backups(original: Callable[..., Any]) -> Callable[..., Any]:
    def delete(p: Record) -> Any:
        cluster = rds._resolve_cluster_in_request_region(rds._p(p, "DBClusterIdentifier"))
        # MiniStack itself refuses an unknown cluster, and one with instances.
        if not cluster or cluster.get("GlobalClusterIdentifier"):
            return original(p)
        if refused := deletion_error(p, cluster):
            return refused
        if cluster.get("DBClusterMembers"):
            return original(p)
        if final := rds._p(p, "FinalDBSnapshotIdentifier"):
            rds._create_cluster_snapshot_internal(final, cluster)
        if rds._p(p, "DeleteAutomatedBackups").lower() == "false":
            _keep_backup(cluster)
        return original(p)

    return delete


def _keep_backup(cluster: Record) -> None:
    """Keep the automated backup of a cluster that is deleted."""
    stamp = time.strftime("%Y-%m-%d-%H-%M-%S", time.gmtime())
    name = f"rds:{cluster['DBClusterIdentifier']}-{stamp}"
    backup = rds._create_cluster_snapshot_internal(name, cluster)
    backup.update({"SnapshotType": AUTOMATED, "_retained": True})


def retained() -> list[Record]:
    """The automated backups of clusters that are gone."""
    return [each for each in rds._db_cluster_snapshots.values() if each.get("_retained")]


def _describe_automated_backups(p: Record) -> Any:
    wanted = (rds._p(p, "DbClusterResourceId"), rds._p(p, "DBClusterIdentifier"))
    found = [
        each
        for each in retained()
        if wanted[0] in ("", each["DbClusterResourceId"])
        and wanted[1] in ("", each["DBClusterIdentifier"])
    ]
    backups = "".join(
        f"<DBClusterAutomatedBackup>{_xml(each)}</DBClusterAutomatedBackup>" for each in found
    )
    action = "DescribeDBClusterAutomatedBackups"
    return rds._xml(
        200,
        f"{action}Response",
        f"<{action}Result><DBClusterAutomatedBackups>{backups}</DBClusterAutomatedBackups></{action}Result>",
    )


def _xml(backup: Record) -> str:
    moment = backup["SnapshotCreateTime"]
    arn = backup["DBClusterSnapshotArn"].replace(":cluster-snapshot:", ":cluster-auto-backup:")
    return (
        f"<DBClusterIdentifier>{backup['DBClusterIdentifier']}</DBClusterIdentifier>"
        f"<DbClusterResourceId>{backup['DbClusterResourceId']}</DbClusterResourceId>"
        f"<DBClusterAutomatedBackupsArn>{arn}</DBClusterAutomatedBackupsArn>"
        f"<Engine>{backup['Engine']}</Engine><EngineVersion>{backup['EngineVersion']}</EngineVersion>"
        f"<MasterUsername>{backup['MasterUsername']}</MasterUsername><Status>retained</Status>"
        f"<BackupRetentionPeriod>{backup.get('BackupRetentionPeriod') or 1}</BackupRetentionPeriod>"
        f"<RestoreWindow><EarliestTime>{moment}</EarliestTime><LatestTime>{moment}</LatestTime>"
        "</RestoreWindow>"
    )


def install() -> None:
    seam.wrap(rds, "_create_cluster_snapshot_internal", "snap_id cluster", _with_data)
    seam.wrap(rds, "_delete_db_cluster_snapshot", "p", _without_data)
    seam.wrap(rds, "_delete_db_cluster", "p", _leaving_backups)
    seam.check(rds, "_xml", "status root_tag inner")
    rds._ACTION_MAP["DescribeDBClusterAutomatedBackups"] = _describe_automated_backups
