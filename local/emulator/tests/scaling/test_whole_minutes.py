"""From messages in a queue to tasks of a service, through every part in between."""

import threading
from collections.abc import Iterator

import pytest
from ministack.services import ecs, sqs

from extensions.measurement import queue_metrics, task_usage
from extensions.metrics import minutes
from extensions.scaling import application_autoscaling, dynamic_scaling

from ..conftest import FakeContainer, FakeEngine, run_service, tasks, wait_for
from .test_application_autoscaling import POLICY, TARGET, call
from .test_dynamic_scaling import BACKLOG


@pytest.fixture(autouse=True)
def _worker(engine: FakeEngine, metrics: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Begin with a worker without a task, of whose queues 20 messages for each task are enough."""
    del engine, metrics
    monkeypatch.delenv(minutes.VARIABLE, raising=False)
    monkeypatch.setattr(task_usage, "usages", lambda tasks: [(1.0, 1.0) for _ in tasks])
    application_autoscaling.reset()
    dynamic_scaling._cooldowns.clear()
    for name in ("q", "silent"):
        sqs._act_create_queue({"QueueName": name}, "")
    # Neither was used for six hours.
    queue_metrics._used.update(dict.fromkeys(queue_metrics._used, 0))
    run_service(desired=0)
    ecs._clusters["main"]["settings"] = [{"name": "containerInsights", "value": "enabled"}]
    call("RegisterScalableTarget", **TARGET, MinCapacity=0, MaxCapacity=5)
    tracking = {
        "TargetValue": 20,
        "ScaleOutCooldown": 300,
        "CustomizedMetricSpecification": {"Metrics": BACKLOG},
    }
    changed = {**POLICY, "TargetTrackingScalingPolicyConfiguration": tracking}
    assert "PolicyARN" in call("PutScalingPolicy", **changed)
    yield
    application_autoscaling.reset()
    for store in (sqs._queues, sqs._queue_name_to_url, queue_metrics._used):
        store.clear()


def send(count: int) -> None:
    url = sqs._queue_name_to_url["q"]
    for _ in range(count):
        sqs._act_send_message({"QueueUrl": url, "MessageBody": "work"}, url)


def desired() -> int:
    return int(ecs._services["main/app"]["desiredCount"])


def pass_minutes(count: int, since: int) -> int:
    for minute in range(since, since + count):
        minutes.pass_minute(minute * 60 + 30)
    return since + count


def running(count: int) -> bool:
    return len(tasks("RUNNING")) == count


def test_messages_start_tasks_and_an_empty_queue_stops_them() -> None:
    now = pass_minutes(5, 0)
    assert running(0)
    send(70)
    now = pass_minutes(1, now)
    wait_for(lambda: running(1))
    # 70 messages are three and a half times what one task may have.
    now = pass_minutes(3, now)
    wait_for(lambda: running(4))
    sqs._queues[sqs._queue_name_to_url["q"]]["messages"].clear()
    pass_minutes(15, now)
    wait_for(lambda: running(0))


def test_one_message_starts_one_task_however_long_that_takes_to_start(engine: FakeEngine) -> None:
    may_run = threading.Event()

    def start(container: FakeContainer) -> None:
        del container
        may_run.wait(15)

    engine.on_start = start
    now = pass_minutes(5, 0)
    send(1)
    for minute in range(now, now + 10):
        pass_minutes(1, minute)
        assert (desired(), running(0)) == (1, True)
    may_run.set()
    wait_for(lambda: running(1))
    for minute in range(now + 10, now + 20):
        pass_minutes(1, minute)
        assert desired() == 1
