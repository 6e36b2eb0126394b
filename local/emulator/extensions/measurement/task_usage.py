"""What a task uses of its CPU and memory, as the container engine counts it.

A container's CPU is a sum since its start, so that a minute's use is the difference of two looks.
The engine takes up to a second for a container's numbers, so that all are asked at once: one after
the other they would take longer than a short minute.
"""

import logging
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ministack.services import ecs

logger = logging.getLogger("task_usage")

Task = dict[str, Any]

_MIB = 1024 * 1024
# 1 vCPU is 1024 CPU units.
_UNITS_OF_VCPU = 1024
# As many connections as the engine's client keeps.
_AT_ONCE = 25


def cpu_percent(used_ns: float, passed_seconds: float, units: float) -> float:
    """The use of a task's CPU, in percent; a container without a limit may use more than 100."""
    return 100 * (used_ns / 1e9 / passed_seconds) / (units / _UNITS_OF_VCPU)


def memory_percent(bytes_used: float, mib: float) -> float:
    return 100 * bytes_used / _MIB / mib


@dataclass(frozen=True)
class Look:
    """What a container has used at a moment: nanoseconds of CPU since its start, and bytes."""

    moment: float
    cpu_ns: float
    memory: float


# The last look at each container.
_counted: dict[str, Look] = {}


def look_at(container_id: str) -> Look | None:
    """The engine's numbers of a container; None of one that does not run, or has none."""
    try:
        container = ecs._get_docker().containers.get(container_id)
        if container.status != "running":
            return None
        stats = container.stats(stream=False, one_shot=True)
        return Look(
            datetime.fromisoformat(stats["read"]).timestamp(),
            float(stats["cpu_stats"]["cpu_usage"]["total_usage"]),
            memory_of(stats),
        )
    except Exception as error:
        logger.debug("numbers of %s: %s", container_id[:12], error)
        return None


def memory_of(stats: dict[str, Any]) -> float:
    """Its bytes without the pages of files that the kernel may drop, as `docker stats` has it."""
    memory = stats.get("memory_stats") or {}
    inactive = (memory.get("stats") or {}).get("inactive_file", 0)
    return float(memory.get("usage", 0) - inactive)


def usages(tasks: list[Task]) -> list[tuple[float | None, float | None]]:
    """The CPU and the memory that each task uses, in percent; None for what is not known yet."""
    ids = [container_id for task in tasks for container_id in task.get("_docker_ids") or []]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        looks = dict(zip(ids, pool.map(look_at, ids), strict=True))
    return [_usage(task, looks) for task in tasks]


def _usage(task: Task, looks: Mapping[str, Look | None]) -> tuple[float | None, float | None]:
    used_ns, bytes_used, passed = 0.0, 0.0, None
    for container_id in list(task.get("_docker_ids") or []):
        look = looks.get(container_id)
        if look is None:
            continue
        before = _counted.get(container_id)
        _counted[container_id] = look
        bytes_used += look.memory
        # A container that was started anew counts from zero.
        if before and look.moment > before.moment and look.cpu_ns >= before.cpu_ns:
            used_ns += look.cpu_ns - before.cpu_ns
            passed = look.moment - before.moment
    cpu = None if passed is None else cpu_percent(used_ns, passed, float(task["cpu"]))
    memory = memory_percent(bytes_used, float(task["memory"])) if bytes_used else None
    return cpu, memory


def forget_all_but(tasks: list[Task]) -> None:
    """Forget the containers of tasks that have ended."""
    known = {each for task in tasks for each in task.get("_docker_ids") or []}
    for gone in set(_counted) - known:
        _counted.pop(gone, None)
