"""Clusters and instances that change their names, and what else a modification may set.

MiniStack ignores a new identifier, the management of the master user's password, and the logs that
a cluster exports. It also gives each cluster's endpoint a random part, where AWS has one for all
clusters of an account in a region: a cluster that takes over a name takes over its endpoint.
https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Overview.Endpoints.html
"""

import hashlib
import json
from collections.abc import Callable
from typing import Any

from ministack.services import rds, secretsmanager

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
        _export(cluster, rds._parse_member_list(p, "EnableCloudwatchLogsExports"), [])
        # A renamed cluster keeps the volume that MiniStack names after the old identifier.
        own = rds._rds_cluster_docker_volume_name(cluster["DBClusterIdentifier"])
        others = [each for each in rds._clusters.values() if each is not cluster]
        if any(each.get("_shared_volume_name") == own for each in others):
            cluster["_shared_volume_name"] = volumes.unused_name("data")
        return _answer("CreateDBCluster", cluster)

    return create


def _answer(action: str, cluster: Record) -> Any:
    described = f"<DBCluster>{rds._cluster_xml(cluster)}</DBCluster>"
    return rds._xml(200, f"{action}Response", f"<{action}Result>{described}</{action}Result>")


def _set_endpoints(cluster: Record) -> None:
    name = cluster["DBClusterIdentifier"]
    for key, kind in (("Endpoint", "cluster"), ("ReaderEndpoint", "cluster-ro")):
        cluster[key] = f"{name}.{kind}-{endpoint_part()}.{rds.get_region()}.rds.amazonaws.com"


def _export(cluster: Record, enabled: list[str], disabled: list[str]) -> None:
    exports = [*cluster.get("EnabledCloudwatchLogsExports", []), *enabled]
    cluster["EnabledCloudwatchLogsExports"] = sorted({*exports} - {*disabled})


def _with_exports(original: Callable[..., str]) -> Callable[..., str]:
    def xml(c: Record) -> str:
        exports = c.get("EnabledCloudwatchLogsExports", [])
        members = "".join(f"<member>{each}</member>" for each in exports)
        listed = f"<EnabledCloudwatchLogsExports>{members}</EnabledCloudwatchLogsExports>"
        return original(c) + listed

    return xml


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
        if rds._p(p, "ManageMasterUserPassword") == "true" and not cluster["MasterUserSecret"]:
            _manage_password(cluster)
        logs = "CloudwatchLogsExportConfiguration"
        _export(
            cluster,
            rds._parse_member_list(p, f"{logs}.EnableLogTypes"),
            rds._parse_member_list(p, f"{logs}.DisableLogTypes"),
        )
        if new:
            rename_cluster(cluster, new)
        return _answer("ModifyDBCluster", cluster)

    return modify


def _manage_password(cluster: Record) -> None:
    """Give the master user a new password and a secret that RDS manages."""
    password = rds._generate_master_user_password()
    user = cluster["MasterUsername"]
    name = cluster["DBClusterIdentifier"]
    arn = secretsmanager.create_secret_in_process(
        f"rds!cluster-{rds.new_uuid()}",
        json.dumps({"username": user, "password": password}),
        description=f"Secret managed by RDS for DB cluster {name}",
    )
    rds._apply_cluster_master_password_change(cluster, password)
    cluster["MasterUserSecret"] = {"SecretArn": arn, "SecretStatus": "active"}


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
        answer = original(p)
        if answer[0] != 200 or not new:
            return answer
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
    seam.wrap(rds, "_cluster_xml", "c", _with_exports)
    seam.check(rds, "_start_cluster_shared_container", "cluster_id cluster remove_stale")
    seam.check(rds, "_attach_instance_to_shared_cluster", "instance cluster")
    seam.check(
        rds, "_wait_for_database_ready", "host port engine user password db_name is_container_alive"
    )
