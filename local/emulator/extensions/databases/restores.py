"""New clusters from a snapshot, or from the present data of another cluster.

MiniStack restores single instances alone, and those empty.
https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RestoreDBClusterFromSnapshot.html
https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RestoreDBClusterToPointInTime.html
"""

import time
from collections.abc import Callable
from typing import Any

from ministack.services import rds

from .. import seam
from . import snapshots, volumes

Record = dict[str, Any]

# What a restored cluster takes from its source, whatever the request says.
_INHERITED = ("EngineVersion", "MasterUsername", "DatabaseName", "Port")


def _from_snapshot(p: Record) -> Any:
    wanted = rds._p(p, "SnapshotIdentifier")
    snapshot = rds._db_cluster_snapshots.get(wanted.rpartition(":cluster-snapshot:")[2])
    if not snapshot:
        text = f"DBClusterSnapshot not found: {wanted}"
        return rds._error("DBClusterSnapshotNotFoundFault", text, 404)
    if rds._p(p, "Engine") != snapshot["Engine"]:
        text = f"The snapshot is of the engine {snapshot['Engine']}"
        return rds._error("InvalidParameterCombination", text, 400)
    volume = snapshot.get("_volume")
    made = volumes.copy(volume, "restored", snapshot) if volume else None
    return _restored(p, snapshot, made, "RestoreDBClusterFromSnapshot")


def _to_point_in_time(p: Record) -> Any:
    source = _source(p)
    if not source:
        text = f"DBCluster {rds._p(p, 'SourceDBClusterIdentifier')} not found."
        return rds._error("DBClusterNotFoundFault", text, 404)
    latest = rds._p(p, "UseLatestRestorableTime").lower() == "true"
    moment = rds._p(p, "RestoreToTime")
    if latest == bool(moment):
        text = "Specify either RestoreToTime or UseLatestRestorableTime"
        return rds._error("InvalidParameterCombination", text, 400)
    if not latest:
        # PostgreSQL would need an archive of its log, which the local AWS does not keep.
        text = "The local AWS restores to the latest time only; use UseLatestRestorableTime"
        return rds._error("InvalidRestoreFault", text, 400)
    if "_volume" in source:
        made = volumes.copy(source["_volume"], "restored", source) if source["_volume"] else None
    else:
        made = volumes.copy_of_cluster(source, "restored")
    return _restored(p, source, made, "RestoreDBClusterToPointInTime")


def _source(p: Record) -> Record | None:
    """The cluster, or the retained backup of one that is gone."""
    if resource := rds._p(p, "SourceDbClusterResourceId"):
        living = [
            each for each in rds._clusters.values() if each["DbClusterResourceId"] == resource
        ]
        gone = [each for each in snapshots.retained() if each["DbClusterResourceId"] == resource]
        return next(iter([*living, *gone]), None)
    return rds._resolve_cluster_in_request_region(rds._p(p, "SourceDBClusterIdentifier"))


def _restored(p: Record, source: Record, volume: str | None, action: str) -> Any:
    inherited = {name: [str(source[name])] for name in _INHERITED if source.get(name)}
    request = {
        **{name: each for name, each in p.items() if name not in _INHERITED},
        **inherited,
        "Engine": [source["Engine"]],
        "MasterUserPassword": [source.get("_MasterUserPassword") or "password"],
        "StorageEncrypted": [str(bool(source.get("StorageEncrypted"))).lower()],
        "BackupRetentionPeriod": [str(source.get("BackupRetentionPeriod") or 1)],
    }
    status, headers, body = rds._create_db_cluster(request)
    if status != 200:
        volumes.remove(volume)
        return status, headers, body
    cluster = rds._clusters[rds._p(p, "DBClusterIdentifier")]
    cluster["_shared_volume_name"] = volume
    cluster["_shared_storage_initialized"] = bool(volume)
    return status, headers, body.replace(b"CreateDBCluster", action.encode())


def _up_to_now(original: Callable[..., Any]) -> Callable[..., Any]:
    def describe(p: Record) -> Any:
        now = rds._format_time(time.time())
        for cluster in rds._clusters.values():
            cluster["LatestRestorableTime"] = now
        return original(p)

    return describe


def install() -> None:
    seam.check(rds, "_create_db_cluster", "p")
    seam.wrap(rds, "_describe_db_clusters", "p", _up_to_now)
    rds._ACTION_MAP["RestoreDBClusterFromSnapshot"] = _from_snapshot
    rds._ACTION_MAP["RestoreDBClusterToPointInTime"] = _to_point_in_time
