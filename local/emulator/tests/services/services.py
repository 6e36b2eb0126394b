"""A service in a steady state, and what ECS says about it."""

import json
from typing import Any

from ministack.services import ecs

from ..conftest import run_service, target_group, tasks, wait_for

Record = dict[str, Any]

CHECK = {"healthCheck": {"command": ["CMD", "true"], "interval": 0.2, "retries": 2}}


def steady(desired: int = 1, **settings: Any) -> Record:
    """Create a service whose container has a check, and wait until its deployment is complete."""
    service = run_service(CHECK, desired=desired, **settings)
    wait_for(lambda: is_complete(service))
    return service


def is_complete(service: Record) -> bool:
    (*_, deployment) = service["deployments"]
    return deployment["rolloutState"] == "COMPLETED" and len(service["deployments"]) == 1


def between(minimum: int, maximum: int) -> Record:
    """Settings of a service with these percentages of its tasks."""
    return {
        "deploymentConfiguration": {
            "minimumHealthyPercent": minimum,
            "maximumPercent": maximum,
            "deploymentCircuitBreaker": {"enable": True, "rollback": True},
        }
    }


def behind_a_load_balancer() -> Record:
    """Settings of a service with a target group."""
    balancer = {"targetGroupArn": target_group(80), "containerName": "app", "containerPort": 80}
    return {"loadBalancers": [balancer]}


def described() -> Record:
    answer = json.loads(ecs._describe_services({"cluster": "main", "services": ["app"]})[2])
    return answer["services"][0]


def told(task: Record) -> Record:
    request = {"cluster": "main", "tasks": [task["taskArn"]]}
    return json.loads(ecs._describe_tasks(request)[2])["tasks"][0]


def events() -> list[str]:
    """The events of the service, without its name, the earliest first."""
    return [
        each["message"].removeprefix("(service app) ") for each in reversed(described()["events"])
    ]


def wait_until_told(event: str) -> None:
    """Wait for an event, which may be told after the task that it names has stopped."""
    wait_for(lambda: event in events())


def active() -> list[Record]:
    """The tasks that start or run, the oldest first."""
    return [each for each in tasks() if each["lastStatus"] in ecs._PRE_STOP_STATUSES]


def named(task: Record) -> str:
    return f"(task {task['taskArn'].rsplit('/', 1)[-1]})"


def update(**changes: Any) -> None:
    ecs._update_service({"cluster": "main", "service": "app", **changes})
