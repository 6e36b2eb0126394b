"""ECS tasks as Cloud Map instances.

MiniStack stores a service's `serviceRegistries` but registers no tasks, and its CreateService
expects the namespace where Terraform no longer puts it. Here the running tasks of a service are the
instances of its Cloud Map service: registered once they are healthy, deregistered before they are
told to stop. As on ECS, stopping does not wait for clients that still hold the address:
`private_zones` and `name_server` keep answering with it for a while (aws/containers-roadmap#343).
"""

from collections.abc import Callable
from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import ecs, servicediscovery

from .. import seam
from . import private_zones

Record = dict[str, Any]


def instance(service: Record, task: Record) -> Record:
    """A task as an instance, with the attributes that ECS gives it."""
    definition = task["taskDefinitionArn"].rsplit("/", 1)[-1]
    return {
        "Id": task["taskArn"].rsplit("/", 1)[-1],
        "Attributes": {
            "AWS_INSTANCE_IPV4": ecs._task_ip(task),
            "AWS_INIT_HEALTH_STATUS": "HEALTHY",
            "AVAILABILITY_ZONE": task.get("availabilityZone", ""),
            "REGION": get_region(),
            "ECS_CLUSTER_NAME": service["clusterArn"].rsplit("/", 1)[-1],
            "ECS_SERVICE_NAME": service["serviceName"],
            "ECS_TASK_DEFINITION_FAMILY": definition.split(":")[0],
        },
    }


def instances(service: Record) -> dict[str, Record]:
    """The current instances of a service: its running tasks."""
    if service.get("status") != "ACTIVE":
        return {}
    running = [
        instance(service, task)
        for task in list(ecs._tasks.values())
        if task.get("group") == f"service:{service['serviceName']}"
        and task.get("clusterArn") == service.get("clusterArn")
        and task.get("lastStatus") == "RUNNING"
        and ecs._task_ip(task)
    ]
    return {each["Id"]: each for each in running}


def _and_instances(original: Callable[..., None]) -> Callable[..., None]:
    def sync(cluster_name: str, svc: Record) -> None:
        original(cluster_name, svc)
        for registry in svc.get("serviceRegistries") or []:
            service_id = registry.get("registryArn", "").rsplit("/", 1)[-1]
            if service_id not in servicediscovery._services:
                continue
            now = instances(svc)
            before = servicediscovery._instances.get(service_id) or {}
            if now == before:
                continue
            gone = private_zones.addresses_of(before) - private_zones.addresses_of(now)
            private_zones.withdraw((get_account_id(), get_region(), service_id), gone)
            servicediscovery._instances[service_id] = now
            statuses = dict.fromkeys(now, "HEALTHY")
            servicediscovery._instance_health_status[service_id] = statuses
            servicediscovery._touch_instances_revision(service_id)

    return sync


def _with_namespace(original: Callable[..., Any]) -> Callable[..., Any]:
    def create_service(data: Record) -> Any:
        namespace = data.get("NamespaceId") or (data.get("DnsConfig") or {}).get("NamespaceId")
        return original({**data, "NamespaceId": namespace} if namespace else data)

    return create_service


def install() -> None:
    seam.wrap(ecs, "_sync_service_targets", "cluster_name svc", _and_instances)
    seam.wrap(servicediscovery, "_create_service", "data", _with_namespace)
    seam.check(servicediscovery, "_touch_instances_revision", "service_id")
