"""The last check before the container engine: no container gets a part of the machine.

`tasks.fargate` refuses such a task definition when it is registered. This holds for everything that
creates containers, and for definitions that an earlier version has stored.
"""

from collections.abc import Callable
from typing import Any

from docker.models.containers import Container, ContainerCollection

from .. import seam

_HOST_SETTINGS = (
    "cgroup_parent",
    "cgroupns",
    "device_cgroup_rules",
    "device_requests",
    "devices",
    "ipc_mode",
    "mounts",
    "pid_mode",
    "privileged",
    "runtime",
    "security_opt",
    "sysctls",
    "userns_mode",
    "uts_mode",
    "volumes_from",
)
# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_KernelCapabilities.html
CAPABILITIES = {"SYS_PTRACE"}

# The containers that hold a network interface, and the task whose containers share it.
interfaces: dict[str, str] = {}
_TASK = "com.amazonaws.ecs.task-arn"


class HostAccessError(RuntimeError):
    """A container would get a part of the machine."""


def problems(settings: dict[str, Any]) -> list[str]:
    """The settings of a container that reach into the machine."""
    found = [name for name in _HOST_SETTINGS if settings.get(name)]
    own = (settings.get("labels") or {}).get(_TASK)
    for name in ("network", "network_mode"):
        network = str(settings.get(name) or "")
        kind, _, container_id = network.partition(":")
        foreign = kind == "container" and (not own or interfaces.get(container_id) != own)
        if kind == "host" or foreign:
            found.append(f"{name} {network}")
    found += [
        f"cap_add {each}" for each in settings.get("cap_add") or [] if each not in CAPABILITIES
    ]
    volumes = settings.get("volumes") or []
    # The folders of a task are in memory: a named volume is another program's.
    if own and volumes:
        found.append("volumes")
    sources = [entry.split(":")[0] if isinstance(entry, str) else entry for entry in volumes]
    # A named volume has no slash.
    return found + [f"volumes {each}" for each in sources if "/" in each or each.startswith(".")]


def _guarded(original: Callable[..., Container]) -> Callable[..., Container]:
    def create(
        self: ContainerCollection, image: str, command: Any = None, **kwargs: Any
    ) -> Container:
        if found := problems(kwargs):
            raise HostAccessError(f"a container may not have {', '.join(found)}")
        return original(self, image, command=command, **kwargs)

    return create


def install() -> None:
    seam.wrap(ContainerCollection, "create", "self image command kwargs", _guarded)
