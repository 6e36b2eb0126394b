"""The tasks of a service's deployments: healthy, starting or unhealthy, and the room for more."""

from typing import Any

from ministack.services import ecs

from ..load_balancing.target_registration import Unhealthy
from ..tasks import unhealthy

Record = dict[str, Any]
# A task, and why it is to be replaced.
Sick = tuple[Record, Unhealthy]

# The ARN of the task that a replacement was started for.
REPLACES = "_replaces"


def tasks_of(service: Record) -> list[Record]:
    """All tasks of a service, whether or not they have stopped."""
    return [
        task
        for task in list(ecs._tasks.values())
        if task.get("group") == f"service:{service['serviceName']}"
        and task.get("clusterArn") == service["clusterArn"]
    ]


def active(service: Record, deployment: Record | None = None) -> list[Record]:
    """The tasks that start or run, those of one deployment or all."""
    return [
        task
        for task in tasks_of(service)
        if task["lastStatus"] in ecs._PRE_STOP_STATUSES
        and (deployment is None or ecs._deployment_for_task(service, task) is deployment)
    ]


def running_by_group() -> dict[tuple[str, str, str, str], list[Record]]:
    """The running tasks by account, region, cluster and group, in one pass over all of them."""
    found: dict[tuple[str, str, str, str], list[Record]] = {}
    for (account, region, _), task in list(ecs._tasks.all_items()):
        if task["lastStatus"] == "RUNNING":
            place = (account, region, task.get("clusterArn", ""), task.get("group") or "")
            found.setdefault(place, []).append(task)
    return found


def counted(service: Record) -> list[Record]:
    """The tasks that run, whether or not they are still healthy."""
    return [task for task in active(service) if task["lastStatus"] == "RUNNING"]


def unhealthy_of(service: Record, deployment: Record | None = None) -> list[Sick]:
    """The unhealthy tasks, first those that a healthy one has replaced."""
    tasks = active(service, deployment)
    replaced = {each.get(REPLACES) for each in tasks if each["lastStatus"] == "RUNNING"}
    found = [(task, why) for task in tasks if (why := unhealthy.found_in(service, task))]
    return sorted(found, key=lambda sick: sick[0]["taskArn"] not in replaced)


class DeployedTasks:
    """The tasks of one deployment at one moment."""

    def __init__(self, service: Record, deployment: Record) -> None:
        self.unhealthy = unhealthy_of(service, deployment)
        arns = {task["taskArn"] for task, _ in self.unhealthy}
        well = [each for each in active(service, deployment) if each["taskArn"] not in arns]
        self.healthy = [task for task in well if task["lastStatus"] == "RUNNING"]
        self.starting = [task for task in well if task["lastStatus"] != "RUNNING"]
        # An earlier deployment keeps as many tasks as it has, not counting replaced ones twice.
        spare = sum(task.get(REPLACES) in arns for task in self.healthy)
        is_primary = deployment is ecs._primary_deployment(service)
        kept = len(self.healthy) + len(self.unhealthy) - spare
        self.wanted: int = service["desiredCount"] if is_primary else kept

    @property
    def replaced(self) -> list[Sick]:
        """The unhealthy tasks that are too many, now that others are healthy."""
        surplus = len(self.healthy) + len(self.unhealthy) - self.wanted
        return self.unhealthy[: max(0, surplus)]

    @property
    def missing(self) -> int:
        """How many tasks are to be started for all wanted ones to be healthy."""
        return self.wanted - len(self.healthy) - len(self.starting)

    @property
    def lacking(self) -> int:
        """How many of the missing ones are not replacements, but for tasks that have ended."""
        return max(0, self.missing - len(self.waiting))

    @property
    def waiting(self) -> list[str]:
        """The ARNs of the unhealthy tasks without a replacement that starts."""
        awaited = {task.get(REPLACES) for task in self.starting}
        return [task["taskArn"] for task, _ in self.unhealthy if task["taskArn"] not in awaited]


def room(service: Record) -> int:
    """How many more tasks `maximumPercent` allows."""
    desired = service["desiredCount"]
    percent = int((service.get("deploymentConfiguration") or {}).get("maximumPercent", 200))
    return max(1, desired * percent // 100) - len(active(service))


def may_stop_one(service: Record) -> bool:
    """Whether `minimumHealthyPercent` of the desired tasks, rounded up, run without one of them."""
    settings = service.get("deploymentConfiguration") or {}
    percent = int(settings.get("minimumHealthyPercent", 100))
    minimum = -(-service["desiredCount"] * percent // 100)
    return len(counted(service)) - 1 >= minimum
