"""The managed password of a cluster's master user, and the logs that a cluster exports.

MiniStack manages a password only from a cluster's creation on, and keeps no exports.
https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-secrets-manager.html
"""

import json
from collections.abc import Callable
from typing import Any

from ministack.services import rds, secretsmanager

from .. import seam
from . import master_secret
from .identities import answer

Record = dict[str, Any]


def _created(original: Callable[..., Any]) -> Callable[..., Any]:
    def create(p: Record) -> Any:
        status, headers, body = original(p)
        if status != 200:
            return status, headers, body
        cluster = rds._clusters[rds._p(p, "DBClusterIdentifier")]
        _export(cluster, rds._parse_member_list(p, "EnableCloudwatchLogsExports"), [])
        return answer("CreateDBCluster", cluster)

    return create


def _changed(original: Callable[..., Any]) -> Callable[..., Any]:
    def modify(p: Record) -> Any:
        cluster = rds._resolve_cluster_in_request_region(rds._p(p, "DBClusterIdentifier"))
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
        return answer("ModifyDBCluster", cluster)

    return modify


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
    master_secret.tag(cluster)


def install() -> None:
    seam.wrap(rds, "_create_db_cluster", "p", _created)
    seam.wrap(rds, "_modify_db_cluster", "p", _changed)
    seam.wrap(rds, "_cluster_xml", "c", _with_exports)
