"""Container health checks as ECS makes them, and tasks that end when a container exits.

MiniStack stores a container definition's `healthCheck` and never runs it: every task counts as
healthy one second after its container started, so a crashing image was reported as a success. Here
the check's command runs inside the container. While a container starts it is tried twice a second,
so that a healthy one counts at once; only tries that are due by `interval` count as failures,
outside of `startPeriod`. One thread watches one container until its task has ended.
"""

import logging
import threading
import time
from dataclasses import dataclass
from typing import Any

import docker
from ministack.core.concurrency import resource_lock
from ministack.services import ecs

logger = logging.getLogger("container_health")

UNKNOWN, HEALTHY, UNHEALTHY = "UNKNOWN", "HEALTHY", "UNHEALTHY"
# Without a check, a container that has stayed up for this long counts as started.
SETTLED_SECONDS = 1.0
_STARTING_PAUSE = 0.5
_WATCH_PAUSE = 1.0


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
    """The health of one container, by the outcome of its checks; times are seconds since start."""

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
        """Seconds until the next try."""
        if self.status == UNKNOWN:
            return _STARTING_PAUSE
        return max(_STARTING_PAUSE, self._due - at)


def probe(container_id: str, check: HealthCheck) -> bool:
    """Run the check's command inside the container; exit code 0 within the time-out passes."""
    client = docker.from_env(timeout=check.timeout)
    try:
        result = client.containers.get(container_id).exec_run(list(check.command))
        return result.exit_code == 0
    except Exception as error:  # a time-out, or the container is ending
        logger.debug("check of %s: %s", container_id[:12], error)
        return False
    finally:
        client.close()


class Watch:
    """What is known about one running container of a task."""

    def __init__(self, container_id: str, definition: dict[str, Any]) -> None:
        self.container_id = container_id
        self.name: str = definition["name"]
        self.essential = bool(definition.get("essential", True))
        check = HealthCheck.of(definition)
        self.health = Health(check) if check else None
        self.exit_code: int | None = None
        self._started = time.monotonic()

    @property
    def age(self) -> float:
        return time.monotonic() - self._started

    @property
    def status(self) -> str:
        return self.health.status if self.health else UNKNOWN

    @property
    def ready(self) -> bool:
        """Healthy, or without a check and up for a moment; a helper may also have finished."""
        if self.exit_code is not None or not self.essential:
            return True
        return self.status == HEALTHY if self.health else self.age >= SETTLED_SECONDS

    def follow(self, ended: threading.Event, changed: Any) -> None:
        """Keep this up to date until the task has ended; call `changed` on each news."""
        client = ecs._get_docker()
        next_probe = 0.0
        while not ended.is_set():
            before = (self.status, self.exit_code)
            self._look_for_exit(client)
            if self.exit_code is None and self.health and self.age >= next_probe:
                self.health.record(probe(self.container_id, self.health.check), self.age)
                next_probe = self.age + self.health.pause(self.age)
            if (self.status, self.exit_code) != before:
                changed(self)
            if self.exit_code is not None:
                return
            settled = self.status == HEALTHY or self.age > 30
            ended.wait(_WATCH_PAUSE if settled else _STARTING_PAUSE / 2)

    def _look_for_exit(self, client: Any) -> None:
        try:
            state = client.api.inspect_container(self.container_id)["State"]
        except Exception as error:  # not evidence of an exit: ask again
            logger.debug("inspect %s: %s", self.container_id[:12], error)
            return
        if state["Status"] in ("exited", "dead"):
            self.exit_code = int(state["ExitCode"])


def publish(task: dict[str, Any], watches: list[Watch]) -> None:
    """Write health and exit codes into the task as DescribeTasks reports them."""
    known = {watch.name: watch for watch in watches}
    with resource_lock("ecs-task", task["taskArn"]):
        for container in task.get("containers", []):
            watch = known.get(container["name"])
            if watch is None:
                continue
            container["healthStatus"] = watch.status
            if watch.exit_code is not None:
                container["exitCode"] = watch.exit_code
                container["lastStatus"] = "STOPPED"
        checked = [watch.status for watch in watches if watch.essential and watch.health]
        order = (UNHEALTHY, UNKNOWN, HEALTHY)
        task["healthStatus"] = min(checked, key=order.index, default=UNKNOWN)
