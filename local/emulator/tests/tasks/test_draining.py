import threading
import time
from typing import Any

import pytest
from ministack.services import alb, ecs

from extensions.load_balancing import routing
from extensions.tasks import draining

from ..conftest import (
    FakeContainer,
    FakeEngine,
    run_service,
    target_group,
    tasks,
    wait_for,
)


def test_a_task_ends_after_its_last_request(
    engine: FakeEngine, web: tuple[int, dict[str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    port, _ = web
    arn = target_group(port)
    service = run_service(
        {"stopTimeout": 9}, loadBalancers=[{"targetGroupArn": arn, "containerPort": port}]
    )
    wait_for(lambda: service["runningCount"] == 1)
    requests = [1]
    monkeypatch.setattr(routing, "in_flight", lambda address: len(requests))
    ecs._stop_task({"task": tasks()[0]["taskArn"], "cluster": "main"})
    (stopping,) = tasks("DEACTIVATING")
    assert alb._targets[arn] == []
    assert engine.stopped == []
    requests.clear()
    wait_for(lambda: stopping["lastStatus"] == "STOPPED")
    assert engine.stopped == [("app", 9)]
    assert stopping["containers"][0]["exitCode"] == 143


def test_a_container_stops_once_those_that_depend_on_it_have(engine: FakeEngine) -> None:
    watched = {"name": "watch", "dependsOn": [{"containerName": "app", "condition": "START"}]}
    last = {"name": "last", "dependsOn": [{"containerName": "watch", "condition": "START"}]}
    service = run_service({}, watched, last)
    wait_for(lambda: service["runningCount"] == 1)
    ecs._stop_task({"task": tasks()[0]["taskArn"], "cluster": "main"})
    wait_for(lambda: tasks("STOPPED"))
    assert [name for name, _ in engine.stopped] == ["last", "watch", "app"]


def running_task() -> dict[str, Any]:
    service = run_service()
    wait_for(lambda: service["runningCount"] == 1)
    return tasks()[0]


def test_a_task_ends_while_the_reader_of_its_log_is_about_to_start(
    engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = running_task()
    name = f"ministack-ecs-awslogs-{task['taskArn'].rpartition('/')[2][:8]}-app"
    original, held = threading.Thread._bootstrap, threading.Event()

    def bootstrap(thread: threading.Thread) -> None:
        if thread.name == name:
            held.wait(10)
        original(thread)

    monkeypatch.setattr(threading.Thread, "_bootstrap", bootstrap)
    reader = threading.Thread(name=name)
    threading.Thread(target=reader.start).start()
    wait_for(lambda: reader in threading.enumerate())
    finish, reached = draining._finish_logs, threading.Event()

    def finishing(task_id: str) -> None:
        reached.set()
        finish(task_id)

    monkeypatch.setattr(draining, "_finish_logs", finishing)
    ecs._stop_task({"task": task["taskArn"], "cluster": "main"})
    assert reached.wait(10)
    time.sleep(0.2)
    held.set()
    wait_for(lambda: task["lastStatus"] == "STOPPED", 5)
    assert engine.stopped


def test_a_task_ends_even_if_a_part_of_its_end_fails(
    engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(task_id: str) -> None:
        raise RuntimeError(task_id)

    monkeypatch.setattr(draining, "_finish_logs", failing)
    task = running_task()
    ecs._stop_task({"task": task["taskArn"], "cluster": "main"})
    wait_for(lambda: task["lastStatus"] == "STOPPED", 5)
    assert engine.all == {}


def test_a_container_that_ends_at_once_loses_no_line_of_its_log(
    engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines: list[str] = []
    config = ecs._awslogs_config

    def slow(*arguments: Any) -> Any:
        time.sleep(0.3)
        return config(*arguments)

    def logs(container: FakeContainer, **options: Any) -> list[bytes]:
        del options
        return [b"no database"] if container.id in engine.all else []

    monkeypatch.setattr(ecs, "_awslogs_config", slow)
    monkeypatch.setattr(ecs, "_ensure_awslogs_stream", lambda config: True)
    monkeypatch.setattr(ecs, "_emit_awslogs_event", lambda config, line: lines.append(line))
    monkeypatch.setattr(FakeContainer, "logs", logs)
    engine.on_start = lambda container: container.exit_with(1)
    options = {"awslogs-group": "/ecs/app", "awslogs-region": "us-east-1"}
    options["awslogs-stream-prefix"] = "app"
    service = run_service({"logConfiguration": {"logDriver": "awslogs", "options": options}})
    wait_for(lambda: service["deployments"][0]["rolloutState"] == "FAILED")
    wait_for(lambda: len(tasks("STOPPED")) == 3)
    assert lines == ["no database"] * 3


def test_the_deregistration_delay_is_the_longest_of_the_groups() -> None:
    arn = target_group(80)
    assert draining.deregistration_delay({"loadBalancers": [{"targetGroupArn": arn}]}) == 5
    assert draining.deregistration_delay({"loadBalancers": []}) == 0
    assert draining.deregistration_delay(None) == 0


def test_a_container_that_cannot_be_stopped_has_no_exit_code() -> None:
    class Gone:
        labels: dict[str, str] = {}  # noqa: RUF012

        def stop(self, timeout: int) -> None:
            raise LookupError(timeout)

    assert draining.stop(Gone()) is None
