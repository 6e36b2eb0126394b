"""Task definitions that Fargate would refuse are refused when they are registered.

MiniStack runs them on this machine's container engine: privileged, with its processes, its network
and its files. What Fargate does not support:
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html. On AWS, a
definition may be for EC2 as well; here everything runs as on Fargate. That page still has `tmpfs`
among them, which Fargate supports since January 2026:
https://github.com/aws/containers-roadmap/issues/736.
"""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from ministack.services import ecs

from .. import seam

Definition = dict[str, Any]
Answer = tuple[int, dict[str, str], bytes]

_TASK_SETTINGS = ("inferenceAccelerators", "ipcMode", "placementConstraints")
_CONTAINER_SETTINGS = (
    "disableNetworking",
    "dnsSearchDomains",
    "dnsServers",
    "dockerSecurityOptions",
    "extraHosts",
    "hostname",
    "links",
    "privileged",
)
_LINUX_SETTINGS = ("devices", "maxSwap", "sharedMemorySize", "swappiness")
_VOLUME_SETTINGS = ("dockerVolumeConfiguration", "fsxWindowsFileServerVolumeConfiguration")
# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Tmpfs.html
_MOUNT_OPTION = re.compile(
    "defaults|ro|rw|sync|async|dirsync|remount"
    "|(no)?(suid|dev|exec|mand|atime|diratime|relatime|strictatime)"
    "|r?(bind|unbindable|private|shared|slave)"
    "|(mode|uid|gid|nr_inodes|nr_blocks|mpol)(=.+)?"
)
_LOG_DRIVERS = ("awslogs", "splunk", "awsfirelens")
_CAPABILITY = "SYS_PTRACE"

# Memory in MiB by CPU units:
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html
_GIB = 1024
_VCPU = 1024
_MEMORY: dict[int, tuple[int, ...]] = {
    256: (512, _GIB, 2 * _GIB),
    512: tuple(range(_GIB, 4 * _GIB + 1, _GIB)),
    1024: tuple(range(2 * _GIB, 8 * _GIB + 1, _GIB)),
    2048: tuple(range(4 * _GIB, 16 * _GIB + 1, _GIB)),
    4096: tuple(range(8 * _GIB, 30 * _GIB + 1, _GIB)),
    8192: tuple(range(16 * _GIB, 60 * _GIB + 1, 4 * _GIB)),
    16384: tuple(range(32 * _GIB, 120 * _GIB + 1, 8 * _GIB)),
}


def problems(definition: Definition) -> list[str]:
    """Return what Fargate does not support in a task definition."""
    return [
        *_of_task(definition),
        *(
            problem
            for container in definition.get("containerDefinitions") or []
            for problem in _of_container(container)
        ),
        *(problem for volume in definition.get("volumes") or [] for problem in _of_volume(volume)),
    ]


def _of_task(definition: Definition) -> Iterator[str]:
    if definition.get("networkMode") != "awsvpc":
        yield "Fargate only supports network mode 'awsvpc'."
    if (definition.get("pidMode") or "task") != "task":
        yield "Fargate only supports pidMode 'task'."
    yield from (_unsupported(name) for name in _TASK_SETTINGS if definition.get(name))
    if "FARGATE" in (definition.get("requiresCompatibilities") or []):
        yield from problems_of_size(definition)


def problems_of_size(definition: Definition) -> Iterator[str]:
    """Return what Fargate does not support in the size of a task."""
    missing = [name for name in ("cpu", "memory") if not definition.get(name)]
    yield from (f"Fargate requires that '{name}' be defined at the task level." for name in missing)
    if missing:
        return
    memory = _units(str(definition["memory"]), "gb", _GIB)
    if memory not in _MEMORY.get(_units(str(definition["cpu"]), "vcpu", _VCPU), ()):
        yield (
            "No Fargate configuration exists for given values: "
            f"{definition['cpu']} CPU, {definition['memory']} memory."
        )


def _units(given: str, unit: str, size: int) -> int:
    """The number of a size: AWS also reads `1 GB` and `.25 vCPU`."""
    number = given.lower().replace(" ", "").removesuffix(unit)
    try:
        return int(float(number) * size) if number != given else int(given)
    except ValueError:
        return 0


def _of_container(container: Definition) -> Iterator[str]:
    yield from (_unsupported(name) for name in _CONTAINER_SETTINGS if container.get(name))
    linux = container.get("linuxParameters") or {}
    yield from (_unsupported(name) for name in _LINUX_SETTINGS if linux.get(name) is not None)
    for folder in linux.get("tmpfs") or []:
        yield from _of_folder(folder)
    added = (linux.get("capabilities") or {}).get("add") or []
    if [each for each in added if each != _CAPABILITY]:
        yield f"Fargate only supports adding the capability {_CAPABILITY}, not {', '.join(added)}."
    if any(each.get("type") == "GPU" for each in container.get("resourceRequirements") or []):
        yield "Tasks using the Fargate launch type do not support GPU resource requirements."
    driver = (container.get("logConfiguration") or {}).get("logDriver", "awslogs")
    if driver not in _LOG_DRIVERS:
        yield f"Fargate only supports the log drivers {', '.join(_LOG_DRIVERS)}, not {driver}."


def _of_folder(folder: Definition) -> Iterator[str]:
    """A folder in memory. That it has a path and a size is checked with the request's shape."""
    path = folder.get("containerPath") or ""
    if not path.startswith("/"):
        yield f"The container path of a tmpfs mount must be absolute, not '{path}'."
    if int(folder.get("size") or 0) < 1:
        yield f"The size of the tmpfs mount '{path}' must be at least 1 MiB."
    for option in folder.get("mountOptions") or []:
        if not _MOUNT_OPTION.fullmatch(option):
            yield f"The tmpfs mount '{path}' has an invalid mount option: {option}."


def _of_volume(volume: Definition) -> Iterator[str]:
    if (volume.get("host") or {}).get("sourcePath"):
        yield _unsupported("sourcePath")
    yield from (_unsupported(name) for name in _VOLUME_SETTINGS if volume.get(name))


def _unsupported(name: str) -> str:
    return f"Fargate compatible task definitions do not support {name}."


def _refusal(code: str, message: str) -> Answer:
    headers = {"Content-Type": "application/x-amz-json-1.1", "x-amzn-errortype": code}
    return 400, headers, json.dumps({"__type": code, "message": message}).encode()


def _supported(original: Callable[..., Any]) -> Callable[..., Any]:
    def register(data: Definition) -> Any:
        found = list(dict.fromkeys(problems(data)))
        return _refusal("ClientException", " ".join(found)) if found else original(data)

    return register


def _on_fargate(original: Callable[..., Any]) -> Callable[..., Any]:
    """The cluster has no instances, so only Fargate has a place for a task."""

    def start(data: Definition) -> Any:
        # A scheduler's own request repeats the service's default.
        if "_deploymentId" not in data and data.get("launchType", "FARGATE") != "FARGATE":
            message = "No Container Instances were found in your cluster."
            return _refusal("InvalidParameterException", message)
        return original(data)

    return start


def install() -> None:
    seam.wrap(ecs, "_register_task_definition", "data", _supported)
    seam.wrap(ecs, "_run_task", "data", _on_fargate)
    seam.wrap(ecs, "_create_service", "data", _on_fargate)
