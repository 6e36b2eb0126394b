from typing import Any

import pytest
from ministack.services import ecs

from extensions.measurement import service_metrics, task_usage
from extensions.metrics import minutes, series

from ..conftest import FakeEngine, run_service, tasks, wait_for

APP = {"ClusterName": "main", "ServiceName": "app"}


@pytest.fixture(autouse=True)
def _apart(engine: FakeEngine, metrics: None, monkeypatch: pytest.MonkeyPatch) -> None:
    del engine, metrics
    monkeypatch.setattr(task_usage, "usages", lambda tasks: [(40.0, 60.0) for _ in tasks])


def read(namespace: str, name: str, statistic: str = "Average") -> series.Series:
    return series.read((namespace, name), APP, statistic, lambda moment: int(moment // 60))


def running(count: int, **settings: Any) -> None:
    run_service(desired=count)
    ecs._clusters["main"].update(settings)
    wait_for(lambda: len(tasks("RUNNING")) == count)


def test_each_task_is_a_data_point_of_its_services_cpu_and_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    running(2)
    monkeypatch.setattr(task_usage, "usages", lambda tasks: [(20.0, 50.0), (60.0, None)])
    service_metrics.publish(90)
    assert read("AWS/ECS", "CPUUtilization") == {1: 40}
    assert read("AWS/ECS", "CPUUtilization", "SampleCount") == {1: 2}
    assert read("AWS/ECS", "MemoryUtilization") == {1: 50}


def test_each_service_has_the_numbers_of_its_own_tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    running(2)
    run_service(serviceName="other")
    wait_for(lambda: len(tasks("RUNNING")) == 3)
    used = {"service:app": (10.0, 10.0), "service:other": (90.0, 90.0)}
    monkeypatch.setattr(
        task_usage, "usages", lambda running: [used[each["group"]] for each in running]
    )
    service_metrics.publish(90)
    assert read("AWS/ECS", "CPUUtilization") == {1: 10}
    other = {**APP, "ServiceName": "other"}
    metric = ("AWS/ECS", "CPUUtilization")
    assert series.read(metric, other, "Average", lambda moment: int(moment // 60)) == {1: 90}


def test_the_tasks_are_counted_only_with_container_insights() -> None:
    running(2)
    service_metrics.publish(90)
    assert read("ECS/ContainerInsights", "RunningTaskCount") == {}
    ecs._clusters["main"]["settings"] = [{"name": "containerInsights", "value": "enabled"}]
    ecs._services["main/app"]["desiredCount"] = 3
    service_metrics.publish(90)
    assert read("ECS/ContainerInsights", "RunningTaskCount") == {1: 2}
    assert read("ECS/ContainerInsights", "DesiredTaskCount") == {1: 3}


def test_a_service_without_a_running_task_has_no_metrics() -> None:
    running(0, settings=[{"name": "containerInsights", "value": "enabled"}])
    service_metrics.publish(90)
    assert read("AWS/ECS", "CPUUtilization") == {}
    assert read("ECS/ContainerInsights", "RunningTaskCount") == {}
    assert read("ECS/ContainerInsights", "DesiredTaskCount") == {}


def test_a_deleted_service_has_none_either() -> None:
    running(1)
    ecs._services["main/app"]["status"] = "DRAINING"
    service_metrics.publish(90)
    assert read("AWS/ECS", "CPUUtilization") == {}


def test_they_are_published_once_a_minute() -> None:
    assert minutes.publishers.count(service_metrics.publish) == 1
