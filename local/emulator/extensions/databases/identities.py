"""Clusters and instances that change their names.

MiniStack ignores a new identifier. It also gives each cluster's endpoint a random part, where AWS
has one for all clusters of an account in a region: a cluster that takes over a name takes over its
endpoint.
https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Overview.Endpoints.html
"""

import hashlib
from collections.abc import Callable
from typing import Any

from ministack.services import rds

from .. import seam
from . import volumes

Record = dict[str, Any]


def endpoint_part() -> str:
    """The part of endpoints that an account has in a region."""
    place = f"{rds.get_account_id()}:{rds.get_region()}"
    return f"c{hashlib.sha256(place.encode()).hexdigest()[:11]}"


def _named(original: Callable[..., Any]) -> Callable[..., Any]:
    def create(p: Record) -> Any:
        status, headers, body = original(p)
        if status != 200:
            return status, headers, body
        cluster = rds._clusters[rds._p(p, "DBClusterIdentifier")]
        _set_endpoints(cluster)
        # A renamed cluster keeps the volume that MiniStack names after the old identifier.
        own = rds._rds_cluster_docker_volume_name(cluster["DBClusterIdentifier"])
        others = [each for each in rds._clusters.values() if each is not cluster]
        if any(each.get("_shared_volume_name") == own for each in others):
            cluster["_shared_volume_name"] = volumes.unused_name("data")
        return answer("CreateDBCluster", cluster)

    return create


def answer(action: str, cluster: Record) -> Any:
    described = f"<DBCluster>{rds._cluster_xml(cluster)}</DBCluster>"
    return rds._xml(200, f"{action}Response", f"<{action}Result>{described}</{action}Result>")


def _set_endpoints(cluster: Record) -> None:
    name = cluster["DBClusterIdentifier"]
    for key, kind in (("Endpoint", "cluster"), ("ReaderEndpoint", "cluster-ro")):
        cluster[key] = f"{name}.{kind}-{endpoint_part()}.{rds.get_region()}.rds.amazonaws.com"


def _changing_cluster(original: Callable[..., Any]) -> Callable[..., Any]:
    def modify(p: Record) -> Any:
        cluster = rds._resolve_cluster_in_request_region(rds._p(p, "DBClusterIdentifier"))
        new = rds._p(p, "NewDBClusterIdentifier").lower()
        if cluster and new in rds._clusters:
            text = f"DB Cluster already exists: {new}"
            return rds._error("DBClusterAlreadyExistsFault", text, 400)
        status, headers, body = original(p)
        if status != 200:
            return status, headers, body
        if not new:
            return status, headers, body
        rename_cluster(cluster, new)
        return answer("ModifyDBCluster", cluster)

    return modify


def rename_cluster(cluster: Record, new: str) -> None:
    """Rename a cluster. Its server is started again under the new endpoint, as in a reboot."""
    old = cluster["DBClusterIdentifier"]
    with rds._shared_container_lock:
        running = bool(cluster.get("_shared_container_id"))
        if running:
            rds._force_remove_cluster_compute_preserving_volume(old, cluster)
        del rds._clusters[old]
        _move_arn(cluster, "DBClusterArn", f":cluster:{new}")
        cluster["DBClusterIdentifier"] = new
        _set_endpoints(cluster)
        rds._clusters[new] = cluster
        for member in rds._cluster_member_instances(cluster):
            for key in ("DBClusterIdentifier", "_shared_cluster_id"):
                if member.get(key):
                    member[key] = new
        if running:
            _start(cluster, new)


def _start(cluster: Record, name: str) -> None:
    cluster["_shared_endpoint"] = None
    started = rds._start_cluster_shared_container(name, cluster, remove_stale=True)
    cluster["_shared_container_ready"] = rds._wait_for_database_ready(
        started["readiness_host"],
        started["readiness_port"],
        cluster["Engine"],
        cluster["MasterUsername"],
        cluster["_MasterUserPassword"],
        cluster.get("DatabaseName") or "mydb",
        lambda: cluster.get("_shared_container_id") is not None,
    )
    for member in cluster.get("DBClusterMembers", []):
        instance = rds._instances.get(member["DBInstanceIdentifier"])
        if instance:
            rds._attach_instance_to_shared_cluster(instance, cluster)
    rds._sync_cluster_endpoints(cluster)


def _changing_instance(original: Callable[..., Any]) -> Callable[..., Any]:
    def modify(p: Record) -> Any:
        old = rds._p(p, "DBInstanceIdentifier")
        new = rds._p(p, "NewDBInstanceIdentifier").lower()
        if new in rds._instances:
            text = f"DB instance already exists: {new}"
            return rds._error("DBInstanceAlreadyExists", text, 400)
        unnamed = original(p)
        if unnamed[0] != 200 or not new:
            return unnamed
        instance = rds._instances[old]
        del rds._instances[old]
        instance["DBInstanceIdentifier"] = new
        _move_arn(instance, "DBInstanceArn", f":db:{new}")
        rds._instances[new] = instance
        for cluster in rds._clusters.values():
            for member in cluster.get("DBClusterMembers", []):
                if member["DBInstanceIdentifier"] == old:
                    member["DBInstanceIdentifier"] = new
        return rds._single_instance_response(
            "ModifyDBInstanceResponse", "ModifyDBInstanceResult", instance
        )

    return modify


def _move_arn(record: Record, key: str, ending: str) -> None:
    """Give a renamed resource its new ARN, with its tags."""
    old = record[key]
    record[key] = ":".join(old.split(":")[:5]) + ending
    if old in rds._tags:
        rds._tags[record[key]] = rds._tags.pop(old)


def install() -> None:
    seam.wrap(rds, "_create_db_cluster", "p", _named)
    seam.wrap(rds, "_modify_db_cluster", "p", _changing_cluster)
    seam.wrap(rds, "_modify_db_instance", "p", _changing_instance)
    seam.check(rds, "_start_cluster_shared_container", "cluster_id cluster remove_stale")
    seam.check(rds, "_attach_instance_to_shared_cluster", "instance cluster")
    seam.check(
        rds, "_wait_for_database_ready", "host port engine user password db_name is_container_alive"
    )
