"""A container definition's `healthCheck`: its command, run in the container, and its result.

MiniStack stores it but never runs it. The rules are those of ECS; `container_health` uses them.
"""

import contextlib
import logging
from dataclasses import dataclass
from typing import Any

import docker

logger = logging.getLogger("health_check")

UNKNOWN, HEALTHY, UNHEALTHY = "UNKNOWN", "HEALTHY", "UNHEALTHY"
STARTING_PAUSE = 0.5


@dataclass(frozen=True)
class HealthCheck:
    """A container definition's `healthCheck`, with the defaults of ECS."""

    command: tuple[str, ...]
    interval: float = 30
    timeout: float = 5
    retries: int = 3
    start_period: float = 0

    @classmethod
    def of(cls, container: dict[str, Any]) -> "HealthCheck | None":
        given = container.get("healthCheck") or {}
        command = given.get("command") or ["NONE"]
        if command[0] == "NONE":
            return None
        shell = ["/bin/sh", "-c"] if command[0] == "CMD-SHELL" else []
        rest = command[1:] if command[0] in ("CMD", "CMD-SHELL") else command
        return cls(
            command=(*shell, *rest),
            interval=given.get("interval") or cls.interval,
            timeout=given.get("timeout") or cls.timeout,
            retries=given.get("retries") or cls.retries,
            start_period=given.get("startPeriod") or cls.start_period,
        )


class Health:
    """The health of one container from its check results; times are seconds since its start."""

    def __init__(self, check: HealthCheck) -> None:
        self.check = check
        self.status = UNKNOWN
        self._failures = 0
        self._due = check.interval

    def record(self, passed: bool, at: float) -> None:
        due = at >= self._due
        if due:
            self._due = at + self.check.interval
        if passed:
            self.status, self._failures = HEALTHY, 0
        elif due and at > self.check.start_period:
            self._failures += 1
            if self._failures >= self.check.retries:
                self.status = UNHEALTHY

    def pause(self, at: float) -> float:
        """Seconds until the next check."""
        if self.status == UNKNOWN:
            return STARTING_PAUSE
        return max(STARTING_PAUSE, self._due - at)


def probe(container_id: str, check: HealthCheck) -> bool:
    """Run the check's command inside the container; exit code 0 within the timeout passes."""
    try:
        # A client of its own, for its timeout; to make one asks the engine, which may be busy.
        with contextlib.closing(docker.from_env(timeout=check.timeout)) as client:
            result = client.containers.get(container_id).exec_run(list(check.command))
            return result.exit_code == 0
    except Exception as error:  # a timeout, or the container is ending
        logger.debug("check of %s: %s", container_id[:12], error)
        return False
