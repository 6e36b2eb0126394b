"""The health of a service's tasks, as a test wants it."""

import itertools
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from ministack.services import ecs

from extensions.load_balancing import target_health
from extensions.tasks import health_check

from ..conftest import FakeEngine, tasks

Task = dict[str, Any]

FAILED = ("Target.ResponseCodeMismatch", "Health checks failed with these codes: [503]")


class Health:
    """Which tasks pass their container's check, and that of their target group."""

    def __init__(self) -> None:
        self.sick: set[str] = set()
        # Of tasks that are first checked from now on: "healthy", "unhealthy" or "unknown".
        self.of_new = "healthy"
        # Whether tasks that fail do so by their container's check, too.
        self.of_containers = True
        self._known: set[str] = set()
        self._undecided: dict[str, threading.Event] = {}

    def fail(self, *unhealthy: Task) -> None:
        self.sick.update(each["taskArn"] for each in unhealthy)

    def heal(self, *healthy: Task) -> None:
        self.sick.difference_update(each["taskArn"] for each in healthy)

    def decide(self, *healthy: Task) -> None:
        """End the checks of tasks whose health is unknown, or of all and those to come."""
        if not healthy:
            self.of_new = "healthy"
        arns = [each["taskArn"] for each in healthy] or list(self._undecided)
        for arn in arns:
            self._undecided[arn].set()

    def passes(self, task_arn: str) -> bool:
        if task_arn not in self._known:
            if self.of_new == "unknown":
                self._undecided[task_arn] = threading.Event()
            elif self.of_new == "unhealthy":
                self.sick.add(task_arn)
            self._known.add(task_arn)
        if task_arn in self._undecided:
            self._undecided[task_arn].wait(60)
        return task_arn not in self.sick or not self.of_containers


@pytest.fixture
def health(engine: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Health]:
    """Return the health of the tasks, each of which has an address of its own."""
    found = Health()
    engine.addresses = (f"10.0.0.{number}" for number in itertools.count(1))

    def probe(container_id: str, check: health_check.HealthCheck) -> bool:
        del check
        return found.passes(engine.get(container_id).labels["com.amazonaws.ecs.task-arn"])

    def ask(group: Task, address: str, port: int) -> tuple[str, str] | None:
        del group, port
        arns = [each["taskArn"] for each in tasks() if ecs._task_ip(each) == address]
        return None if all(arn not in found.sick for arn in arns) else FAILED

    monkeypatch.setattr(health_check, "probe", probe)
    monkeypatch.setattr(target_health, "ask", ask)
    yield found
    found.decide()
