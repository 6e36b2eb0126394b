"""The metrics of ECS: a service's CPU and memory, and with Container Insights its tasks.

A service without a running task has none.
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/available-metrics.html
"""

from itertools import islice
from typing import Any

from ministack.core.responses import request_scope
from ministack.services import ecs

from ..logs import container_insights
from ..metrics import minutes
from ..metrics.series import record
from ..tasks import status
from . import task_usage

Record = dict[str, Any]

_NAMESPACE = "AWS/ECS"
_INSIGHTS = "ECS/ContainerInsights"


def publish(now: float) -> None:
    """Publish a minute's metrics of every service."""
    observed: list[tuple[str, str, Record, list[Record]]] = []
    for (account, region, _), service in list(ecs._services._data.items()):
        if service["status"] == "ACTIVE":
            with request_scope(account, region):
                observed.append((account, region, service, _tasks_of(service)))
    watched = [task for *_, running in observed for task in running]
    usages = iter(task_usage.usages(watched))
    for account, region, service, running in observed:
        with request_scope(account, region):
            _publish_service(service, list(islice(usages, len(running))), now)
    task_usage.forget_all_but(watched)


def _tasks_of(service: Record) -> list[Record]:
    group = f"service:{service['serviceName']}"
    return status.running(clusterArn=service["clusterArn"], group=group)


def _publish_service(
    service: Record, usages: list[tuple[float | None, float | None]], now: float
) -> None:
    if not usages:
        return
    name = ecs._cluster_name_from_arn(service["clusterArn"])
    dimensions = {"ClusterName": name, "ServiceName": service["serviceName"]}
    for cpu, memory in usages:
        # One for each task, of which CloudWatch makes averages, and counts the tasks.
        if cpu is not None:
            record((_NAMESPACE, "CPUUtilization"), dimensions, cpu, now, "Percent")
        if memory is not None:
            record((_NAMESPACE, "MemoryUtilization"), dimensions, memory, now, "Percent")
    if container_insights.is_observed(ecs._clusters.get(name) or {}):
        desired = service["desiredCount"]
        record((_INSIGHTS, "RunningTaskCount"), dimensions, len(usages), now, "Count")
        record((_INSIGHTS, "DesiredTaskCount"), dimensions, desired, now, "Count")


def install() -> None:
    if publish not in minutes.publishers:
        minutes.publishers.append(publish)
