"""What a task uses of its CPU and memory, as the container engine counts it.

A container's CPU is a sum since its start, so that a minute's use is the difference of two looks.
The engine takes up to a second for a container's numbers, so that all are asked at once: one after
the other they would take longer than a short minute.
"""

import logging
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
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

# Of each container: its nanoseconds of CPU, and when they were counted.
_counted: dict[str, tuple[float, float]] = {}


def cpu_percent(used_ns: float, passed_seconds: float, units: float) -> float:
    """The use of a task's CPU, in percent; a container without a limit may use more than 100."""
    return 100 * (used_ns / 1e9 / passed_seconds) / (units / _UNITS_OF_VCPU)


def memory_percent(bytes_used: float, mib: float) -> float:
    return 100 * bytes_used / _MIB / mib


def stats_of(container_id: str) -> dict[str, Any]:
    """The engine's numbers of a container; empty for one that is gone."""
    try:
        container = ecs._get_docker().containers.get(container_id)
        found: dict[str, Any] = container.stats(stream=False, one_shot=True)
    except Exception as error:
        logger.debug("numbers of %s: %s", container_id[:12], error)
        return {}
    return found


def memory_of(stats: dict[str, Any]) -> float:
    """Its bytes without the pages of files that the kernel may drop, as `docker stats` has it."""
    memory = stats.get("memory_stats") or {}
    inactive = (memory.get("stats") or {}).get("inactive_file", 0)
    return float(memory.get("usage", 0) - inactive)


def usages(tasks: list[Task]) -> list[tuple[float | None, float | None]]:
    """The CPU and the memory that each task uses, in percent; None for what is not known yet."""
    ids = [container_id for task in tasks for container_id in task.get("_docker_ids") or []]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        numbers = dict(zip(ids, pool.map(stats_of, ids), strict=True))
    return [_usage(task, numbers) for task in tasks]


def _usage(task: Task, numbers: Mapping[str, Task]) -> tuple[float | None, float | None]:
    used_ns, bytes_used, passed = 0.0, 0.0, None
    for container_id in list(task.get("_docker_ids") or []):
        stats = numbers.get(container_id)
        if not stats:
            continue
        total = float(stats["cpu_stats"]["cpu_usage"]["total_usage"])
        now = datetime.fromisoformat(stats["read"]).timestamp()
        before = _counted.get(container_id)
        _counted[container_id] = (total, now)
        bytes_used += memory_of(stats)
        if before is not None and now > before[1]:
            used_ns += total - before[0]
            passed = now - before[1]
    cpu = None if passed is None else cpu_percent(used_ns, passed, float(task["cpu"]))
    memory = memory_percent(bytes_used, float(task["memory"])) if bytes_used else None
    return cpu, memory


def forget_all_but(tasks: list[Task]) -> None:
    """Forget the containers of tasks that have ended."""
    known = {each for task in tasks for each in task.get("_docker_ids") or []}
    for gone in set(_counted) - known:
        _counted.pop(gone, None)
