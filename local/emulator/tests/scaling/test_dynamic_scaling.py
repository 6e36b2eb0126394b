from typing import Any

import pytest
from ministack.services import ecs

from extensions.metrics import minutes
from extensions.metrics.series import record
from extensions.scaling import application_autoscaling, dynamic_scaling

from ..conftest import FakeEngine, run_service, tasks, wait_for
from .test_application_autoscaling import POLICY, TARGET, TRACKING, call

SERVICE = {"ClusterName": "main", "ServiceName": "app"}


@pytest.fixture(autouse=True)
def _empty(engine: FakeEngine, metrics: None, monkeypatch: pytest.MonkeyPatch) -> None:
    del engine, metrics
    monkeypatch.delenv(minutes.VARIABLE, raising=False)
    application_autoscaling.reset()
    dynamic_scaling._cooldowns.clear()


def deployed(desired: int) -> dict[str, Any]:
    """Return the service `app` once its first deployment has ended."""
    service = run_service(desired=desired)
    wait_for(lambda: service["deployments"][0]["rolloutState"] == "COMPLETED")
    return service


def scaled(least: int = 1, most: int = 5, **tracking: Any) -> None:
    """Let the service `app` be scaled by its CPU, to 70 %."""
    call("RegisterScalableTarget", **TARGET, MinCapacity=least, MaxCapacity=most)
    configuration = {**TRACKING, **tracking}
    changed = {**POLICY, "TargetTrackingScalingPolicyConfiguration": configuration}
    assert "PolicyARN" in call("PutScalingPolicy", **changed)


def pass_minutes(count: int, since: int, **values: float) -> int:
    """Let minutes pass with these values of metrics of ECS; the minute that follows."""
    for minute in range(since, since + count):
        moment = (minute + 0.5) * minutes.seconds()
        for name, value in values.items():
            record(("AWS/ECS", name), SERVICE, value, moment, "Percent")
        dynamic_scaling.look(moment)
        if ecs._services["main/app"]["status"] == "ACTIVE":
            wait_for(lambda: len(tasks("RUNNING")) == desired())
    return since + count


def desired() -> int:
    return int(ecs._services["main/app"]["desiredCount"])


def test_a_busy_service_gets_more_tasks_in_its_third_minute_and_an_idle_one_fewer() -> None:
    deployed(1)
    scaled()
    now = pass_minutes(2, 0, CPUUtilization=140)
    assert desired() == 1
    now = pass_minutes(1, now, CPUUtilization=140)
    assert desired() == 2
    wait_for(lambda: len(tasks("RUNNING")) == 2)
    now = pass_minutes(14, now, CPUUtilization=10)
    assert desired() == 2
    pass_minutes(1, now, CPUUtilization=10)
    assert desired() == 1
    wait_for(lambda: len(tasks("RUNNING")) == 1)


def test_without_values_nothing_changes() -> None:
    deployed(2)
    scaled()
    pass_minutes(20, 0)
    assert desired() == 2


def test_a_cooldown_is_as_long_as_the_policy_says_or_as_ecs_has_it() -> None:
    deployed(1)
    scaled(most=20)
    pass_minutes(7, 0, CPUUtilization=140)
    # Three minutes, and 300 seconds in which two would have been enough.
    assert desired() == 2
    pass_minutes(1, 7, CPUUtilization=140)
    assert desired() == 4
    scaled(most=20, ScaleOutCooldown=60)
    pass_minutes(5, 13, CPUUtilization=140)
    assert desired() > 8


def test_with_shorter_minutes_everything_takes_as_many_of_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(minutes.VARIABLE, "5")
    deployed(1)
    scaled(most=20)
    pass_minutes(7, 0, CPUUtilization=140)
    assert desired() == 2
    pass_minutes(1, 7, CPUUtilization=140)
    assert desired() == 4


def test_no_task_is_removed_during_a_deployment_but_some_are_added() -> None:
    service = deployed(2)
    scaled()
    service["deployments"][0]["rolloutState"] = "IN_PROGRESS"
    now = pass_minutes(16, 0, CPUUtilization=1)
    assert desired() == 2
    pass_minutes(3, now, CPUUtilization=140)
    assert desired() == 4


def test_a_service_that_is_deleted_or_suspended_is_left_alone() -> None:
    service = run_service(desired=1)
    scaled()
    suspended = {"DynamicScalingInSuspended": False, "DynamicScalingOutSuspended": True}
    state = {**suspended, "ScheduledScalingSuspended": False}
    call("RegisterScalableTarget", **TARGET, SuspendedState=state)
    now = pass_minutes(3, 0, CPUUtilization=140)
    assert desired() == 1
    state["DynamicScalingOutSuspended"] = False
    call("RegisterScalableTarget", **TARGET, SuspendedState=state)
    service["status"] = "DRAINING"
    now = pass_minutes(1, now, CPUUtilization=140)
    assert desired() == 1
    service["status"] = "ACTIVE"
    pass_minutes(1, now, CPUUtilization=140)
    assert desired() == 2


def test_a_deployment_keeps_the_number_of_tasks() -> None:
    deployed(1)
    scaled()
    pass_minutes(3, 0, CPUUtilization=140)
    ecs._update_service({"cluster": "main", "service": "app", "forceNewDeployment": True})
    assert desired() == 2
    assert ecs._services["main/app"]["deployments"][0]["desiredCount"] == 2


def by_backlog() -> None:
    """Let the service `app` be scaled from no task, to 20 messages for each."""
    scaled(
        least=0,
        TargetValue=20,
        PredefinedMetricSpecification=None,
        CustomizedMetricSpecification={"Metrics": BACKLOG},
    )


def test_a_message_that_comes_right_after_the_last_task_waits_a_little_longer() -> None:
    deployed(1)
    by_backlog()
    now = _pass_with_messages(15, 0, 0, running=1)
    assert desired() == 0
    wait_for(lambda: not tasks("RUNNING"))
    now = _pass_with_messages(4, now, 1, running=0)
    assert desired() == 0
    _pass_with_messages(1, now, 1, running=0)
    assert desired() == 1


def test_a_number_of_tasks_that_is_late_looks_like_the_one_before() -> None:
    deployed(3)
    by_backlog()
    now = _pass_with_messages(20, 0, 54, running=3)
    assert desired() == 3
    _pass_with_messages(3, now, 54, running=0)
    assert desired() == 3


def test_a_worker_goes_to_no_task_and_comes_back_with_the_first_value_of_one_message() -> None:
    deployed(1)
    by_backlog()
    now = _pass_with_messages(15, 0, 0, running=1)
    assert desired() == 0
    wait_for(lambda: not tasks("RUNNING"))
    now = _pass_with_messages(30, now, 0, running=0)
    assert desired() == 0
    now = _pass_with_messages(1, now, 1, running=0)
    assert desired() == 1
    wait_for(lambda: len(tasks("RUNNING")) == 1)
    # Container Insights reports it some minutes later.
    now = _pass_with_messages(4, now, 1, running=0)
    assert desired() == 1
    _pass_with_messages(20, now, 1, running=1)
    assert desired() == 1


def _metric(identity: str, namespace: str, name: str, **dimensions: str) -> dict[str, Any]:
    pairs = [{"Name": each, "Value": value} for each, value in dimensions.items()]
    metric = {"Namespace": namespace, "MetricName": name, "Dimensions": pairs}
    return {
        "Id": identity,
        "ReturnData": False,
        "MetricStat": {"Metric": metric, "Stat": "Average"},
    }


# As stacks/platform/backlog.ts has it.
BACKLOG = [
    _metric("waiting0", "AWS/SQS", "ApproximateNumberOfMessagesVisible", QueueName="q"),
    _metric("received0", "AWS/SQS", "ApproximateNumberOfMessagesNotVisible", QueueName="q"),
    # A queue that nobody used for hours, without a value.
    _metric("waiting1", "AWS/SQS", "ApproximateNumberOfMessagesVisible", QueueName="silent"),
    _metric("received1", "AWS/SQS", "ApproximateNumberOfMessagesNotVisible", QueueName="silent"),
    _metric("tasks", "ECS/ContainerInsights", "DesiredTaskCount", **SERVICE),
    {
        "Id": "messages",
        "Expression": "FILL(FILL(waiting0, REPEAT), 0) + FILL(received0, 0)"
        " + FILL(FILL(waiting1, REPEAT), 0) + FILL(received1, 0)",
        "ReturnData": False,
    },
    {"Id": "known", "Expression": "FILL(tasks, REPEAT)", "ReturnData": False},
    {
        "Id": "backlog",
        "Expression": "IF(FILL(known, 0) > 0, messages / known, IF(messages > 0, 20.01, 0))",
        "ReturnData": True,
    },
]


def _pass_with_messages(count: int, since: int, messages: int, running: int) -> int:
    for minute in range(since, since + count):
        moment = minute * 60 + 30
        waiting = ("AWS/SQS", "ApproximateNumberOfMessagesVisible")
        record(waiting, {"QueueName": "q"}, messages, moment, "Count")
        if running:
            number = ("ECS/ContainerInsights", "DesiredTaskCount")
            record(number, SERVICE, running, moment, "Count")
        dynamic_scaling.look(moment)
    return since + count
