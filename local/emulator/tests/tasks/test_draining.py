import pytest
from ministack.services import alb, ecs

from extensions.load_balancing import routing
from extensions.tasks import draining

from ..conftest import FakeEngine, run_service, target_group, tasks, wait_for


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
