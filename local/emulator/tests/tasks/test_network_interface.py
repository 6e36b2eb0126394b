from typing import Any

import pytest
from ministack.services import ecs

from extensions.access import container_guard
from extensions.tasks import health_check

from ..conftest import (
    NETWORK,
    FakeContainer,
    FakeEngine,
    register,
    run_service,
    tasks,
    wait_for,
)

DATABASE = {"name": "setup", "essential": False}
APP = {"dependsOn": [{"containerName": "setup", "condition": "SUCCESS"}]}


def _finished(container: FakeContainer) -> None:
    if container.name == "setup":
        container.exit_with(0)


def test_the_containers_of_a_task_share_one_network_interface(engine: FakeEngine) -> None:
    engine.on_start = _finished
    service = run_service(DATABASE, APP)
    wait_for(lambda: service["runningCount"] == 1)
    (interface,) = engine.interfaces.values()
    shared = {f"container:{interface.id}"}
    assert {each.arguments.get("network_mode") for each in engine.all.values()} == shared
    assert all(
        name not in each.arguments
        for each in engine.all.values()
        for name in ("network", "dns", "ports")
    )


def test_the_interface_has_the_task_s_network_and_name_server(engine: FakeEngine) -> None:
    service = run_service()
    wait_for(lambda: service["runningCount"] == 1)
    (interface,) = engine.interfaces.values()
    assert interface.arguments["network"] == "network"
    assert interface.arguments["dns"] == ["127.0.0.1"]
    assert interface.labels["com.amazonaws.ecs.task-arn"] == tasks()[0]["taskArn"]


def test_a_task_has_its_address_before_its_first_container_starts(engine: FakeEngine) -> None:
    addresses: list[str | None] = []
    engine.on_start = lambda container: addresses.append(ecs._task_ip(tasks()[0]))
    service = run_service()
    wait_for(lambda: service["runningCount"] == 1)
    assert addresses == ["127.0.0.1"]


def test_the_interface_of_a_task_goes_after_its_last_container(
    engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    left: list[int] = []
    remove = FakeContainer.remove

    def seen(self: FakeContainer, **options: Any) -> None:
        remove(self, **options)
        if self.name == "network-interface":
            left.append(len(engine.all))

    monkeypatch.setattr(FakeContainer, "remove", seen)
    service = run_service()
    wait_for(lambda: service["runningCount"] == 1)
    ecs._stop_task({"task": tasks()[0]["taskArn"], "cluster": "main"})
    wait_for(lambda: left)
    assert left == [0]


def test_a_task_that_never_starts_leaves_no_interface(engine: FakeEngine) -> None:
    def refused(container: FakeContainer) -> None:
        raise RuntimeError(f"no {container.name}")

    engine.on_start = refused
    ecs._create_cluster({"clusterName": "main"})
    run(register())
    wait_for(lambda: tasks("STOPPED"))
    wait_for(lambda: not engine.interfaces)


def test_a_task_whose_last_container_was_given_up_leaves_no_interface(
    engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health_check, "probe", lambda container_id, check: False)
    checked = {"healthCheck": {"command": ["CMD", "/check"]}, "startTimeout": 2}
    ready = {"name": "ready", "dependsOn": [{"containerName": "app", "condition": "HEALTHY"}]}
    ecs._create_cluster({"clusterName": "main"})
    run(register(checked, ready))
    wait_for(lambda: engine.interfaces)
    wait_for(lambda: tasks("STOPPED"))
    wait_for(lambda: not engine.interfaces)


def test_only_a_task_s_own_containers_share_an_interface(engine: FakeEngine) -> None:
    service = run_service()
    wait_for(lambda: service["runningCount"] == 1)
    (interface,) = engine.interfaces
    own = {"com.amazonaws.ecs.task-arn": tasks()[0]["taskArn"]}
    shared = f"container:{interface}"
    assert container_guard.problems({"network_mode": shared, "labels": own}) == []
    foreign = {"com.amazonaws.ecs.task-arn": "arn:of-another"}
    for labels in ({}, foreign):
        assert container_guard.problems({"network_mode": shared, "labels": labels}) == [
            f"network_mode {shared}"
        ]
    assert container_guard.problems({"network_mode": "container:1234"}) == [
        "network_mode container:1234"
    ]


def run(revision: str) -> None:
    ecs._run_task({"cluster": "main", "taskDefinition": revision, "networkConfiguration": NETWORK})
