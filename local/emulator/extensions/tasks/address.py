"""A task's address: the address of the container that listens.

On AWS the containers of a task share one network interface. Here each has its own address, and
MiniStack takes the first. If that container ends before the service starts, for example, its
address goes to another task. So only a container with a port gives the task its address, or any
container if none has a port.
"""

from collections.abc import Callable, Iterable
from typing import Any

from ministack.services import ecs

from .. import seam
from . import lifecycle

Record = dict[str, Any]


def gives_address(name: str, definitions: Iterable[Record]) -> bool:
    """Whether a container's address counts as the address of its task."""
    listening = [each["name"] for each in definitions if each.get("portMappings")]
    return not listening or name in listening


def _of_listener(original: Callable[..., None]) -> Callable[..., None]:
    def record(task: Record, container: Any, ecs_network: str) -> None:
        name = container.labels["com.amazonaws.ecs.container-name"]
        definitions = lifecycle.definitions_of(task["taskArn"])
        if gives_address(name, definitions.values()):
            original(task, container, ecs_network)

    return record


def install() -> None:
    seam.wrap(ecs, "_record_task_ip", "task container ecs_network", _of_listener)
