"""From messages in a queue to tasks of a service, through every part in between."""

from collections.abc import Iterator
from typing import Any

import pytest
from ministack.services import ecs, sqs

from extensions.measurement import task_usage
from extensions.metrics import minutes
from extensions.scaling import application_autoscaling, dynamic_scaling

from ..conftest import FakeEngine, run_service, tasks, wait_for
from .test_application_autoscaling import POLICY, TARGET, call
from .test_dynamic_scaling import BACKLOG


@pytest.fixture(autouse=True)
def _worker(engine: FakeEngine, metrics: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Begin with a worker without a task, of whose queue 20 messages for each task are enough."""
    del engine, metrics
    monkeypatch.delenv(minutes.VARIABLE, raising=False)
    monkeypatch.setattr(task_usage, "usage", lambda task, now: (1.0, 1.0))
    application_autoscaling.reset()
    dynamic_scaling._cooldowns.clear()
    sqs._act_create_queue({"QueueName": "q"}, "")
    run_service(desired=0)
    ecs._clusters["main"]["settings"] = [{"name": "containerInsights", "value": "enabled"}]
    call("RegisterScalableTarget", **TARGET, MinCapacity=0, MaxCapacity=5)
    tracking = {
        "TargetValue": 20,
        "ScaleOutCooldown": 60,
        "CustomizedMetricSpecification": {"Metrics": BACKLOG},
    }
    changed = {**POLICY, "TargetTrackingScalingPolicyConfiguration": tracking}
    assert "PolicyARN" in call("PutScalingPolicy", **changed)
    yield
    application_autoscaling.reset()
    for store in (sqs._queues, sqs._queue_name_to_url):
        store.clear()


def queue() -> dict[str, Any]:
    (found,) = sqs._queues.values()
    return found


def pass_minutes(count: int, since: int) -> int:
    for minute in range(since, since + count):
        minutes.pass_minute(minute * 60 + 30)
    return since + count


def running(count: int) -> bool:
    return len(tasks("RUNNING")) == count


def test_messages_start_tasks_and_an_empty_queue_stops_them() -> None:
    now = pass_minutes(5, 0)
    assert running(0)
    url = next(iter(sqs._queues))
    for _ in range(70):
        sqs._act_send_message({"QueueUrl": url, "MessageBody": "work"}, url)
    now = pass_minutes(3, now)
    wait_for(lambda: running(1))
    # 70 messages are three and a half times what one task may have.
    now = pass_minutes(3, now)
    wait_for(lambda: running(4))
    queue()["messages"].clear()
    pass_minutes(15, now)
    wait_for(lambda: running(0))
