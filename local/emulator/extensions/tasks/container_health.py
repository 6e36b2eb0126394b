"""Container health checks as in ECS, and tasks that end when a container exits.

MiniStack stores a container definition's `healthCheck` but never runs it: every task counts as
healthy one second after its container started, so a crashing image is reported as a success. Here
the check's command runs inside the container. During startup it runs twice a second, so that a
container counts as soon as it is healthy; only the runs that are due by `interval` count as
failures, and only after `startPeriod`. One thread watches one container until its task has ended.
"""

import logging
import signal
import threading
import time
from typing import Any

from docker.errors import NotFound
from ministack.core.concurrency import resource_lock
from ministack.services import ecs

from . import health_check, running_containers
from .health_check import HEALTHY, UNHEALTHY, UNKNOWN, Health, HealthCheck

logger = logging.getLogger("container_health")

KILLED = 128 + signal.SIGKILL
OUT_OF_MEMORY = "OutOfMemoryError: Container killed due to memory usage"
# Without a check, a container counts as started after it has run this long.
SETTLED_SECONDS = 1.0
_WATCH_PAUSE = 1.0


class Watch:
    """The known state of one container of a running task."""

    def __init__(self, container_id: str, definition: dict[str, Any]) -> None:
        self.container_id = container_id
        self.name: str = definition["name"]
        self.essential = bool(definition.get("essential", True))
        check = HealthCheck.of(definition)
        self.health = Health(check) if check else None
        self.exit_code: int | None = None
        self.reason = ""
        self._started = time.monotonic()

    @classmethod
    def ended(cls, definition: dict[str, Any], exit_code: int) -> "Watch":
        """Return the state of a container that has already ended."""
        watch = cls("", definition)
        watch.exit_code = exit_code
        return watch

    @property
    def age(self) -> float:
        return time.monotonic() - self._started

    @property
    def status(self) -> str:
        return self.health.status if self.health else UNKNOWN

    @property
    def ready(self) -> bool:
        """Healthy, or running for a moment without a check; a helper may also have finished."""
        if self.exit_code is not None or not self.essential:
            return True
        return self.status == HEALTHY if self.health else self.age >= SETTLED_SECONDS

    def follow(self, ended: threading.Event, changed: Any) -> None:
        """Keep this up to date until the task has ended; call `changed` on each change."""
        client = ecs._get_docker()
        next_probe = 0.0
        while not ended.is_set():
            before = (self.status, self.exit_code)
            self._look_for_exit(client)
            if self.exit_code is None and self.health and self.age >= next_probe:
                self.health.record(
                    health_check.probe(self.container_id, self.health.check), self.age
                )
                next_probe = self.age + self.health.pause(self.age)
            if (self.status, self.exit_code) != before and not ended.is_set():
                changed(self)
            if self.exit_code is not None:
                return
            settled = self.status == HEALTHY or self.age > 30
            ended.wait(_WATCH_PAUSE if settled else health_check.STARTING_PAUSE / 2)

    def _look_for_exit(self, client: Any) -> None:
        try:
            if running_containers.includes(client, self.container_id):
                return
            state = client.api.inspect_container(self.container_id)["State"]
        except NotFound:  # removed by force, which kills it
            self.exit_code = KILLED
            return
        except Exception as error:  # no evidence of an exit: retry
            logger.debug("inspect %s: %s", self.container_id[:12], error)
            return
        if state["Status"] in ("exited", "dead"):
            self.exit_code = int(state["ExitCode"])
            self.reason = OUT_OF_MEMORY if state.get("OOMKilled") else ""


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
            if watch.reason:
                container["reason"] = watch.reason
        checked = [watch.status for watch in watches if watch.essential and watch.health]
        order = (UNHEALTHY, UNKNOWN, HEALTHY)
        task["healthStatus"] = min(checked, key=order.index, default=UNKNOWN)
