"""Security groups that are enforced: traffic that no ingress rule allows is dropped.

MiniStack stores security groups but does not enforce them: everything on the network can reach
everything else, and a missing or too broad rule is found only on AWS. Here each API change and each
container start is reported to `network_guard`, which enforces the rules.
"""

import json
from collections.abc import Callable
from typing import Any

from docker.models.containers import Container
from ministack import app
from ministack.services import alb, ec2, ecs, rds

from .. import seam
from . import network_guard, network_members, packet_filter
from .network_members import TASK_GROUPS

# Requested by `up` and `verify`.
STATUS_PATH = "/_local-aws/security-groups"

# Operations that change the allowed traffic, in addition to container starts.
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
    """A task keeps the groups that it was started with, even if its service changes later."""

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
