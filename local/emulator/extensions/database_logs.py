"""Log exports of an Aurora cluster, which MiniStack accepts and forgets.

Terraform's `enabled_cloudwatch_logs_exports` would be set again with every plan. Only the setting
is kept: a database's log stays in its container (`docker logs`).
"""

from collections.abc import Callable
from typing import Any

from ministack.services import rds

from . import seam

Record = dict[str, Any]


def _cluster_of(p: Record) -> Record | None:
    return rds._clusters.get(rds._p(p, "DBClusterIdentifier"))


def _kept_on_create(original: Callable[..., Any]) -> Callable[..., Any]:
    def create(p: Record) -> Any:
        response = original(p)
        cluster = _cluster_of(p)
        wanted = rds._parse_member_list(p, "EnableCloudwatchLogsExports")
        if response[0] == 200 and cluster is not None and wanted:
            cluster["EnabledCloudwatchLogsExports"] = wanted
        return response

    return create


def _kept_on_modify(original: Callable[..., Any]) -> Callable[..., Any]:
    def modify(p: Record) -> Any:
        response = original(p)
        cluster = _cluster_of(p)
        if response[0] == 200 and cluster is not None:
            prefix = "CloudwatchLogsExportConfiguration"
            on = rds._parse_member_list(p, f"{prefix}.EnableLogTypes")
            off = rds._parse_member_list(p, f"{prefix}.DisableLogTypes")
            before = cluster.get("EnabledCloudwatchLogsExports") or []
            cluster["EnabledCloudwatchLogsExports"] = sorted({*before, *on} - {*off})
        return response

    return modify


def _described(original: Callable[..., str]) -> Callable[..., str]:
    def xml(c: Record) -> str:
        members = "".join(
            f"<member>{each}</member>" for each in c.get("EnabledCloudwatchLogsExports") or []
        )
        told = f"<EnabledCloudwatchLogsExports>{members}</EnabledCloudwatchLogsExports>"
        return original(c) + told

    return xml


def install() -> None:
    seam.check(rds, "_parse_member_list", "params prefix")
    seam.wrap(rds, "_create_db_cluster", "p", _kept_on_create)
    seam.wrap(rds, "_modify_db_cluster", "p", _kept_on_modify)
    seam.wrap(rds, "_cluster_xml", "c", _described)
