from ministack.services import alb, ecs

from extensions.load_balancing.target_registration import targets_of

from ..conftest import FakeEngine, run_service, target_group, tasks, wait_for


def test_a_task_is_registered_before_it_runs_and_not_after(
    engine: FakeEngine, web: tuple[int, dict[str, int]]
) -> None:
    port, codes = web
    codes["/health"] = 503
    arn = target_group(port)
    service = run_service(
        loadBalancers=[{"targetGroupArn": arn, "containerPort": port}],
        healthCheckGracePeriodSeconds=30,
    )
    wait_for(lambda: alb._targets[arn] == [{"Id": "127.0.0.1", "Port": port}])
    assert [task["lastStatus"] for task in tasks()] == ["ACTIVATING"]
    codes["/health"] = 200
    wait_for(lambda: service["runningCount"] == 1)
    ecs._delete_service({"cluster": "main", "service": "app", "force": True})
    assert alb._targets[arn] == []
    wait_for(lambda: not engine.all)


def test_what_others_registered_stays(engine: FakeEngine, web: tuple[int, dict[str, int]]) -> None:
    port, _ = web
    arn = target_group(port)
    alb._targets[arn] = [{"Id": "localhost", "Port": port}]
    service = run_service(loadBalancers=[{"targetGroupArn": arn, "containerPort": port}])
    wait_for(lambda: service["runningCount"] == 1)
    assert {target["Id"] for target in alb._targets[arn]} == {"localhost", "127.0.0.1"}
    assert engine.started == ["app"]


def test_a_task_of_before_a_restart_is_not_registered(engine: FakeEngine) -> None:
    service = run_service()
    wait_for(lambda: service["runningCount"] == 1)
    assert targets_of(service, 80) == [("127.0.0.1", 80)]
    restored = {**tasks()[0], "taskArn": "restored", "lastStatus": "STOPPED", "_docker_ids": []}
    restored["attachments"] = [
        {"details": [{"name": "privateIPv4Address", "value": "10.0.0.9"}]},
    ]
    ecs._tasks["restored"] = {**restored, "_admitted": True}
    assert targets_of(service, 80) == [("127.0.0.1", 80)]
    assert engine.started == ["app"]
