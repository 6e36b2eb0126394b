import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from ministack.services import alb, cloudwatch

from extensions.load_balancing import answers, target_health
from extensions.measurement import balancer_metrics
from extensions.metrics import minutes, series

from ..conftest import target_group

BALANCER = "arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer/app/platform/1"
GROUP = {"TargetGroup": "targetgroup/app/80"}
OWN = {"LoadBalancer": "app/platform/1"}
WHOLE = {**GROUP, "LoadBalancer": "app/platform/1"}


@pytest.fixture
def group(metrics: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Return the ARN of a group with two healthy targets and one that is not."""
    del metrics
    arn = target_group(80)
    # By a rule, as a service's group is.
    listener = f"listener-of-{arn}"
    alb._listeners[listener] = {"LoadBalancerArn": BALANCER, "DefaultActions": []}
    forward = {"Type": "forward", "TargetGroupArn": arn}
    monkeypatch.setitem(alb._rules, "rule", {"ListenerArn": listener, "Actions": [forward]})
    alb._targets[arn] = [{"Id": f"10.0.0.{number}", "Port": 80} for number in (1, 2, 3)]
    monkeypatch.setattr(
        target_health,
        "state",
        lambda arn, address, port: "unhealthy" if address == "10.0.0.3" else "healthy",
    )
    answers.take(arn)
    yield arn
    answers.take(arn)


def read(name: str, statistic: str = "Sum", dimensions: dict[str, str] = WHOLE) -> series.Series:
    metric = ("AWS/ApplicationELB", name)
    return series.read(metric, dimensions, statistic, lambda moment: int(moment // 60))


def test_requests_are_counted_in_all_and_for_each_healthy_target(group: str) -> None:
    for _ in range(6):
        answers.note(group, 200, 0.1)
    balancer_metrics.publish(90)
    assert read("RequestCount") == {1: 6}
    assert read("RequestCountPerTarget") == {1: 3}
    # By the target group alone, as scaling reads it.
    assert read("RequestCountPerTarget", dimensions=GROUP) == {1: 3}


def test_a_minute_without_requests_has_a_zero_for_each_target_and_nothing_else(group: str) -> None:
    answers.note(group, 200, 0.1)
    balancer_metrics.publish(90)
    balancer_metrics.publish(150)
    assert read("RequestCountPerTarget") == {1: 0.5, 2: 0}
    assert read("RequestCount") == {1: 1}
    assert read("TargetResponseTime") == {1: 0.1}


def test_answers_are_counted_by_their_class_and_timed(group: str) -> None:
    for status, seconds in ((200, 0.1), (204, 0.3), (404, 0.2), (500, 1)):
        answers.note(group, status, seconds)
    balancer_metrics.publish(90)
    counts = [read(f"HTTPCode_Target_{each}XX_Count") for each in (2, 3, 4, 5)]
    assert counts == [{1: 2}, {}, {1: 1}, {1: 1}]
    assert read("TargetResponseTime", "Average") == {1: pytest.approx(0.4)}
    assert read("TargetResponseTime", "Maximum") == {1: 1}


def test_a_target_that_is_not_reached_has_not_answered(group: str) -> None:
    # Nothing listens there.
    alb._targets[group] = [{"Id": "127.0.0.1", "Port": 1}]
    response = asyncio.run(alb._forward_to_tg(group, "GET", "/", {}, b"", {}))
    assert response[0] == 502
    balancer_metrics.publish(90)
    assert read("RequestCount") == {1: 1}
    assert read("HTTPCode_Target_5XX_Count") == {}
    assert read("TargetResponseTime") == {}
    assert read("HTTPCode_ELB_5XX_Count", dimensions=OWN) == {1: 1}
    assert read("HTTPCode_ELB_502_Count", dimensions=OWN) == {1: 1}


def test_an_error_for_want_of_a_target_is_the_load_balancer_s_own(group: str) -> None:
    alb._targets[group] = []
    response = asyncio.run(alb._forward_to_tg(group, "GET", "/", {}, b"", {}))
    assert response[0] == 503
    balancer_metrics.publish(90)
    assert read("HTTPCode_ELB_5XX_Count", dimensions=OWN) == {1: 1}
    assert read("HTTPCode_ELB_503_Count", dimensions=OWN) == {1: 1}
    assert read("RequestCount") == {}


def forward(monkeypatch: pytest.MonkeyPatch, group: str, status: int, **headers: str) -> None:
    """Forward a request, which is answered so."""

    async def proxy(*arguments: Any) -> tuple[int, dict[str, str], bytes]:
        del arguments
        return status, headers, b""

    monkeypatch.setattr(alb, "_proxy_http_target", proxy)
    asyncio.run(alb._forward_to_tg(group, "GET", "/", {}, b"", {}))
    balancer_metrics.publish(90)


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_target_s_own_error_is_not(
    monkeypatch: pytest.MonkeyPatch, group: str, status: int
) -> None:
    forward(monkeypatch, group, status, date="Tue, 01 Dec 2026 12:00:00 GMT")
    assert read("HTTPCode_ELB_5XX_Count", dimensions=OWN) == {}
    assert read("HTTPCode_Target_5XX_Count") == {1: 1}
    assert read("TargetResponseTime", "SampleCount") == {1: 1}


def test_many_answers_take_few_data_points_and_have_percentiles(group: str) -> None:
    for number in range(1000):
        answers.note(group, 200, 1.5 if number % 10 == 0 else 0.01 + number / 1e6)
    balancer_metrics.publish(90)
    assert read("TargetResponseTime", "SampleCount") == {1: 1000}
    assert read("TargetResponseTime", "p95") == {1: 1.5}
    assert read("TargetResponseTime", "p50") == {1: pytest.approx(0.0105, abs=0.001)}
    points = [each for key, each in cloudwatch._metrics.items() if key[1] == "TargetResponseTime"]
    assert len(points[0]) < 20


@pytest.mark.usefixtures("group")
def test_healthy_targets_and_others_are_counted() -> None:
    balancer_metrics.publish(90)
    assert read("HealthyHostCount", "Average") == {1: 2}
    assert read("UnHealthyHostCount", "Average") == {1: 1}


def test_a_group_without_a_healthy_target_has_no_requests_per_target(group: str) -> None:
    alb._targets[group] = [{"Id": "10.0.0.3", "Port": 80}]
    balancer_metrics.publish(90)
    assert read("RequestCountPerTarget") == {}


def test_they_are_published_once_a_minute() -> None:
    assert minutes.publishers.count(balancer_metrics.publish) == 1
