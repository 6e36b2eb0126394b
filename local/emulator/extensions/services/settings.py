"""Settings of an ECS service that MiniStack accepts and forgets.

Terraform reads them back after setting them, so every plan would change them again.
"""

import json
from collections.abc import Callable
from typing import Any

from ministack.services import ecs

from .. import seam

Record = dict[str, Any]

_FORGOTTEN_ON_CREATE = (
    "availabilityZoneRebalancing",
    "placementConstraints",
    "placementStrategy",
)
_FORGOTTEN_ON_UPDATE = (
    *_FORGOTTEN_ON_CREATE,
    "enableECSManagedTags",
    "propagateTags",
    "serviceRegistries",
)


def _remembering(fields: tuple[str, ...]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def wrapper(original: Callable[..., Any]) -> Callable[..., Any]:
        def write(data: Record) -> Any:
            status, headers, body = original(data)
            if status != 200:
                return status, headers, body
            answer = json.loads(body)
            cluster = answer["service"]["clusterArn"].rsplit("/", 1)[-1]
            service = ecs._services[f"{cluster}/{answer['service']['serviceName']}"]
            given = {field: data[field] for field in fields if data.get(field) is not None}
            service.update(given)
            answer["service"].update(given)
            return status, headers, json.dumps(answer).encode()

        return write

    return wrapper


def install() -> None:
    seam.wrap(ecs, "_create_service", "data", _remembering(_FORGOTTEN_ON_CREATE))
    seam.wrap(ecs, "_update_service", "data", _remembering(_FORGOTTEN_ON_UPDATE))
