"""Deleting an ECS service also deletes its scalable target and its scaling policies.

Application Auto Scaling drops both, so a new service of the same name starts without them. It
registers a target only for an existing service.
https://github.com/hashicorp/terraform-provider-aws/issues/5747
"""

import json
from collections.abc import Callable
from typing import Any

from ministack.services import ecs

from .. import seam
from . import scalable_targets

Record = dict[str, Any]


def _resource_id(service: Record) -> str:
    return f"service/{service['clusterArn'].rpartition('/')[2]}/{service['serviceName']}"


def is_there(resource_id: str) -> bool:
    """Return whether `service/CLUSTER/NAME` is an existing service."""
    service = ecs._services.get(resource_id.removeprefix("service/"))
    return service is not None and service["status"] == "ACTIVE"


def _with_scaling(original: Callable[..., Any]) -> Callable[..., Any]:
    def delete(data: Record) -> Any:
        status, headers, body = original(data)
        if status == 200:
            service = json.loads(body)["service"]
            scalable_targets.drop("ecs", _resource_id(service))
        return status, headers, body

    return delete


def install() -> None:
    seam.wrap(ecs, "_delete_service", "data", _with_scaling)
    scalable_targets.existence["ecs"] = is_there
