"""Security groups that hold: what their ingress rules do not allow does not arrive.

MiniStack stores security groups and asks nothing of them: on one network everything reaches
everything, and a rule that is missing or too wide is found only on AWS. Here each change of the API
and each start of a container is told to `network_guard`, which makes them true.
"""

import json
from collections.abc import Callable
from typing import Any

from docker.models.containers import Container
from ministack import app
from ministack.services import alb, ec2, ecs, rds

from . import network_guard, network_members, packet_filter, seam
from .network_members import TASK_GROUPS

# Asked by `up` and `verify`.
STATUS_PATH = "/_local-aws/security-groups"

# What changes who may reach whom, beside containers.
_CHANGES = (
    (ec2, "_authorize_sg_ingress", "p"),
    (ec2, "_revoke_sg_ingress", "p"),
    (ec2, "_modify_security_group_rules", "p"),
    (ec2, "_delete_security_group", "p"),
    (alb, "_create_lb", "params"),
    (alb, "_delete_lb", "params"),
    (alb, "_set_security_groups", "params"),
    (rds, "_create_db_instance", "p"),
    (rds, "_modify_db_cluster", "p"),
    (rds, "_modify_db_instance", "p"),
)


def _announced(original: Callable[..., Any]) -> Callable[..., Any]:
    def change(request: dict[str, Any]) -> Any:
        try:
            return original(request)
        finally:
            network_guard.announce()

    return change


def _with_groups(original: Callable[..., Any]) -> Callable[..., Any]:
    """A task stays in the groups that it was started with, whatever its service says later."""

    def run(data: dict[str, Any]) -> Any:
        status, headers, body = original(data)
        for started in json.loads(body).get("tasks") or []:
            ecs._tasks[started["taskArn"]][TASK_GROUPS] = network_members.requested_groups(data)
        network_guard.announce()
        return status, headers, body

    return run


def _guarded(original: Callable[..., None]) -> Callable[..., None]:
    def start(self: Container, **kwargs: Any) -> None:
        original(self, **kwargs)
        network_guard.arrived(self.client, self.id)

    return start


def _with_status(original: Callable[..., Any]) -> Callable[..., Any]:
    def handle(path: str, request_id: str) -> Any:
        if path != STATUS_PATH:
            return original(path, request_id)
        body = json.dumps({"enforced": packet_filter.program() is not None})
        return 200, {"Content-Type": "application/json"}, body.encode()

    return handle


def install() -> None:
    for owner, name, parameters in _CHANGES:
        seam.wrap(owner, name, parameters, _announced)
    seam.wrap(ecs, "_run_task", "data", _with_groups)
    seam.wrap(Container, "start", "self kwargs", _guarded)
    seam.wrap(app, "_handle_health_request", "path request_id", _with_status)
    seam.check(rds, "_default_port", "engine")
    network_guard.begin()
