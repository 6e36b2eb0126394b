"""The metrics of a load balancer: the requests to each target group, and its targets' health.

Numbers of requests that are zero are left out, as on AWS, but for those to each target. Errors of
the load balancer itself, for want of a target or of its answer, are counted apart.
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from ministack.core.responses import request_scope
from ministack.services import alb

from ..load_balancing import answers, target_group_use, target_health
from ..load_balancing.answers import Answers
from ..load_balancing.target_check import HEALTHY
from ..metrics import minutes
from ..metrics.series import record

Record = dict[str, Any]
# Name, value and unit.
Point = tuple[str, float, str]

_NAMESPACE = "AWS/ApplicationELB"


def publish(now: float) -> None:
    """Publish a minute's metrics of every target group of a load balancer."""
    for account, region, arn in list(alb._tgs._data):
        with request_scope(account, region):
            for balancer in target_group_use.balancers_of(arn):
                _publish_group(arn, balancer, now)


def _publish_group(arn: str, balancer: str, now: float) -> None:
    states = [
        target_health.state(*target_health.identity_of(arn, target))
        for target in list(alb._targets.get(arn, []))
    ]
    healthy = states.count(HEALTHY)
    group = {"TargetGroup": arn.rpartition(":")[2]}
    whole = {**group, "LoadBalancer": balancer.partition("loadbalancer/")[2]}
    answered = answers.take(arn)
    for name, value, unit in points(answered, healthy, len(states) - healthy):
        record((_NAMESPACE, name), whole, value, now, unit)
    for seconds, count in binned(answered.seconds).items():
        record((_NAMESPACE, "TargetResponseTime"), whole, seconds, now, "Seconds", count)
    own = {"LoadBalancer": whole["LoadBalancer"]}
    for status, count in answered.own_errors.items():
        for name in ("5XX", status):
            record((_NAMESPACE, f"HTTPCode_ELB_{name}_Count"), own, count, now, "Count")
    if healthy:
        each = answered.requests / healthy
        for dimensions in (group, whole):
            record((_NAMESPACE, "RequestCountPerTarget"), dimensions, each, now, "Count")


def binned(values: list[float]) -> Counter[float]:
    """How often there is each value, in two digits: no more data points than it takes."""
    return Counter(float(f"{each:.1e}") for each in values)


def points(answered: Answers, healthy: int, unhealthy: int) -> Iterator[Point]:
    """The data points of a minute that are one number."""
    yield "HealthyHostCount", healthy, "Count"
    yield "UnHealthyHostCount", unhealthy, "Count"
    if answered.requests:
        yield "RequestCount", answered.requests, "Count"
    for each, count in answered.codes.items():
        yield f"HTTPCode_Target_{each}XX_Count", count, "Count"


def install() -> None:
    if publish not in minutes.publishers:
        minutes.publishers.append(publish)
