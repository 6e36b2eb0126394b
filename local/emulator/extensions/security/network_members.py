"""The members of security groups: tasks, databases, and the load balancers in front of them.

A security group applies to a network interface. The containers of a task share one, which a
container of its own holds, so that one is in the task's groups. The load balancers run in this
process, whose address is in the groups of all of them.
"""

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ministack.services import alb, ec2, ecs, rds

from .ingress_rules import Member, Opening, openings, ruleset

Record = dict[str, Any]

TASK_GROUPS = "_security_groups"


@dataclass(frozen=True)
class Resident:
    """A container that runs in the network."""

    container_id: str
    pid: int
    address: str
    labels: Mapping[str, str]


def rulesets(residents: list[Resident]) -> dict[str, str]:
    """Return the filter of each container that has security groups, by container."""
    known, ranges = security_groups(), networks()
    groups = {each.container_id: groups_of(each.labels) for each in residents}
    members = [Member(each.address, groups[each.container_id] or frozenset()) for each in residents]
    members.append(load_balancers())
    return {
        each.container_id: ruleset(openings(held, known, members, ranges) | management(each.labels))
        for each in residents
        if (held := groups[each.container_id]) is not None
    }


def groups_of(labels: Mapping[str, str]) -> frozenset[str] | None:
    """Return the groups of a container, or None if security groups do not apply to it.

    A container whose task or database is no longer known is in no group and admits no traffic.
    """
    if "com.amazonaws.ecs.task-arn" in labels:
        task = _find(ecs._tasks, labels["com.amazonaws.ecs.task-arn"])
        # In the other network modes the groups of the task's machine apply.
        if task.get("_network_mode", "awsvpc") != "awsvpc":
            return None
        return frozenset(task.get(TASK_GROUPS) or ())
    if labels.get("ministack") == "rds":
        held = _database_of(labels).get("VpcSecurityGroups") or []
        return frozenset(each["VpcSecurityGroupId"] for each in held)
    return None


def management(labels: Mapping[str, str]) -> set[Opening]:
    """Return the traffic that AWS itself needs, regardless of groups.

    MiniStack connects to a database before reporting it available; RDS does that from inside.
    """
    if labels.get("ministack") != "rds":
        return set()
    port = int(rds._default_port(str(_database_of(labels).get("Engine", ""))))
    return {Opening(own_address(), "tcp", port, port)}


def load_balancers() -> Member:
    """Return the load balancers as one member of the network."""
    groups = (group for _, balancer in alb._lbs.all_items() for group in balancer["SecurityGroups"])
    return Member(own_address(), frozenset(groups))


def requested_groups(request: Record) -> list[str]:
    """Return the groups in a RunTask request; without any, the default group of its VPC."""
    vpc_configuration = (request.get("networkConfiguration") or {}).get("awsvpcConfiguration") or {}
    if vpc_configuration.get("securityGroups"):
        return list(vpc_configuration["securityGroups"])
    subnets = [ec2._subnets.get(each) for each in vpc_configuration.get("subnets") or []]
    networks = {subnet["VpcId"] for subnet in subnets if subnet}
    return [
        group_id
        for group_id, group in security_groups().items()
        if group["GroupName"] == "default" and group["VpcId"] in networks
    ]


def security_groups() -> dict[str, Record]:
    """Return the security groups of all accounts and regions by id."""
    return {key[-1]: group for key, group in ec2._security_groups.all_items()}


def networks() -> dict[str, str]:
    """Return the address ranges of the VPCs by id."""
    return {key[-1]: vpc["CidrBlock"] for key, vpc in ec2._vpcs.all_items()}


def own_address() -> str:
    return socket.gethostbyname(os.environ["HOSTNAME"])


def _database_of(labels: Mapping[str, str]) -> Record:
    if labels.get("cluster_id"):
        return _find(rds._clusters, labels["cluster_id"])
    return _find(rds._instances, labels.get("db_id", ""))


def _find(store: Any, key: str) -> Record:
    # Database names may repeat across accounts and regions; here each is unique.
    return next((record for scoped, record in store.all_items() if scoped[-1] == key), {})
