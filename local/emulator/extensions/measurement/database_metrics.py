"""The metrics of Aurora Serverless v2: capacity, its use, CPU and connections.

As on AWS, a capacity unit (ACU) is about 2 GiB of memory with CPU to match, capacity comes in steps
of half a unit within the cluster's range, ACUUtilization is the capacity of the maximum, and
CPUUtilization the CPU in use of what the maximum has.

An approximation: a quarter of a vCPU goes with a unit; the capacity rises at once to what CPU and
memory need and falls half a unit a minute; a cluster whose minimum is 0 does not pause; and all
instances of a cluster have the numbers of the one server that it has here.

https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.how-it-works.html
https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.setting-capacity.html
"""

import logging
import math
import re
from collections.abc import Iterator
from typing import Any

from ministack.core.responses import request_scope
from ministack.services import rds

from ..metrics import minutes
from ..metrics.series import record
from . import task_usage

logger = logging.getLogger("database_metrics")

Record = dict[str, Any]
# Name, value and unit.
Point = tuple[str, float, str]

STEP = 0.5
_BYTES_OF_ACU = 2 * 1024**3
_VCPUS_OF_ACU = 0.25
_NAMESPACE = "AWS/RDS"
# How PostgreSQL calls the process of a client: user, database, address and port.
_CONNECTION = re.compile(r"postgres: \S+ \S+ [0-9a-f.:]+\(\d+\)")

# By the ARN of a cluster: its capacity, and its server's seconds of CPU and when they were counted.
_capacities: dict[str, float] = {}
_counted: dict[str, tuple[str, float, float]] = {}


def capacity(before: float, vcpus: float, memory: float, least: float, most: float) -> float:
    """The units that a server has, which uses so many vCPUs and bytes, in steps of a half."""
    needed = max(vcpus / _VCPUS_OF_ACU, memory / _BYTES_OF_ACU)
    wanted = math.ceil(needed / STEP) * STEP
    return min(max(wanted, before - STEP, least), most)


def publish(now: float) -> None:
    """Publish a minute's metrics of every cluster that has a range of capacity."""
    for (account, region, name), cluster in list(rds._clusters._data.items()):
        server = cluster.get("_shared_container_id")
        if not server or not cluster.get("ServerlessV2ScalingConfiguration"):
            continue
        with request_scope(account, region):
            try:
                _publish_cluster(name, cluster, server, now)
            except Exception:  # the others are measured all the same
                logger.exception("cluster %s", name)


def _publish_cluster(name: str, cluster: Record, server: str, now: float) -> None:
    container = _container(server)
    # The engine has no numbers of one that does not run.
    if container is None or container.status != "running":
        return
    members = [each["DBInstanceIdentifier"] for each in cluster.get("DBClusterMembers") or []]
    places = [{"DBClusterIdentifier": name}]
    places += [{"DBInstanceIdentifier": each} for each in members]
    for metric, value, unit in points(cluster, container, now):
        for dimensions in places:
            record((_NAMESPACE, metric), dimensions, value, now, unit)


def _container(server: str) -> Any | None:
    client = rds._get_docker()
    try:
        return client.containers.get(server) if client else None
    except Exception as error:
        logger.debug("server %s: %s", server[:12], error)
        return None


def points(cluster: Record, container: Any, now: float) -> Iterator[Point]:
    """The data points of a minute; none of the CPU at the first look."""
    stats = container.stats(stream=False, one_shot=True)
    vcpus = _vcpus(cluster["DBClusterArn"], container.id, stats, now)
    scaling = cluster["ServerlessV2ScalingConfiguration"]
    least, most = float(scaling["MinCapacity"]), float(scaling["MaxCapacity"])
    before = _capacities.get(cluster["DBClusterArn"], least)
    units = capacity(before, vcpus or 0, task_usage.memory_of(stats), least, most)
    _capacities[cluster["DBClusterArn"]] = units
    yield "ServerlessDatabaseCapacity", units, "Count"
    yield "ACUUtilization", 100 * units / most, "Percent"
    if vcpus is not None:
        yield "CPUUtilization", min(100 * vcpus / (most * _VCPUS_OF_ACU), 100), "Percent"
    yield "DatabaseConnections", connections(container), "Count"


def _vcpus(arn: str, server: str, stats: Record, now: float) -> float | None:
    used = float(stats["cpu_stats"]["cpu_usage"]["total_usage"]) / 1e9
    before = _counted.get(arn)
    _counted[arn] = (server, used, now)
    # A server that was started anew counts from zero.
    if before is None or before[0] != server or now <= before[2] or used < before[1]:
        return None
    return (used - before[1]) / (now - before[2])


def connections(container: Any) -> int:
    """How many clients are connected, by the processes that serve them."""
    processes = container.top().get("Processes") or []
    return sum(1 for each in processes if _CONNECTION.search(each[-1]))


def install() -> None:
    if publish not in minutes.publishers:
        minutes.publishers.append(publish)
