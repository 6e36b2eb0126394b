"""Health checks of target groups, as an Application Load Balancer makes them.

MiniStack reports every registered target as healthy. Here each target of an HTTP target group gets
a request for the group's path at the group's interval. Its answer is compared with the matcher, and
its state follows the group's thresholds; DescribeTargetHealth reports it. As on AWS, a new target
is healthy after its first good answer; until then it is checked twice a second to save time.
"""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from xml.sax.saxutils import escape

from ministack.services import alb

from .. import seam
from .target_check import HEALTHY, TargetHealth, ask

logger = logging.getLogger("target_health")

_TICK_SECONDS = 0.1

Target = tuple[str, str, int]  # target group's ARN, address, port


_health: dict[Target, TargetHealth] = {}
_pool = ThreadPoolExecutor(max_workers=16, thread_name_prefix="target-health")


def _health_of(identity: Target) -> TargetHealth:
    return _health.get(identity) or TargetHealth(since=time.monotonic())


def state(group_arn: str, address: str, port: int) -> str:
    """The state of a registered target; `initial` before its first check."""
    return _health_of((group_arn, address, port)).state


def reason(group_arn: str, address: str, port: int) -> str:
    """Why a registered target is not healthy, in the words of its target group."""
    return _health_of((group_arn, address, port)).reason[1]


def identity_of(group_arn: str, target: dict[str, Any]) -> Target:
    group = alb._tgs.get(group_arn) or {}
    return (group_arn, target["Id"], int(target.get("Port") or group.get("Port") or 80))


def _check(group: dict[str, Any], identity: Target, record: TargetHealth) -> None:
    problem = ask(group, identity[1], identity[2])
    before = record.state
    record.record(group, problem, time.monotonic())
    record.busy = False
    if record.state != before:
        logger.info("%s:%d is %s in %s", *identity[1:], record.state, group["TargetGroupName"])


def _tick() -> None:
    registered: set[Target] = set()
    now = time.monotonic()
    groups = {arn: group for (_, _, arn), group in list(alb._tgs._data.items())}
    for (_, arn), targets in list(alb._targets._data.items()):
        group = groups.get(arn)
        if group is None or group["TargetType"] == "lambda" or not group["HealthCheckEnabled"]:
            continue
        for target in targets:
            identity = (arn, target["Id"], int(target.get("Port") or group["Port"]))
            registered.add(identity)
            record = _health.setdefault(identity, TargetHealth(since=now))
            if not record.busy and now >= record.due:
                record.busy = True
                _pool.submit(_check, group, identity, record)
    for gone in set(_health) - registered:
        _health.pop(gone, None)


def _keep_checking() -> None:
    while True:
        try:
            _tick()
        except Exception:
            logger.exception("health checks of targets")
        time.sleep(_TICK_SECONDS)


def _truthful(original: Callable[..., Any]) -> Callable[..., Any]:
    del original

    def describe(params: dict[str, Any]) -> Any:
        arn = alb._p(params, "TargetGroupArn")
        if arn not in alb._tgs:
            return alb._error("TargetGroupNotFound", f"Target group '{arn}' not found.")
        wanted = {target["Id"] for target in alb._parse_targets_param(params)}
        targets = [each for each in alb._targets.get(arn, []) if not wanted or each["Id"] in wanted]
        members = "".join(_member(arn, target) for target in targets)
        inner = f"<TargetHealthDescriptions>{members}</TargetHealthDescriptions>"
        return alb._xml(200, "DescribeTargetHealth", inner)

    return describe


def _member(arn: str, target: dict[str, Any]) -> str:
    _, address, port = identity = identity_of(arn, target)
    record = _health_of(identity)
    code, description = record.reason
    why = f"<Reason>{code}</Reason><Description>{escape(description)}</Description>"
    return (
        f"<member><Target><Id>{address}</Id><Port>{port}</Port></Target>"
        f"<HealthCheckPort>{port}</HealthCheckPort>"
        f"<TargetHealth><State>{record.state}</State>{'' if record.state == HEALTHY else why}"
        "</TargetHealth></member>"
    )


def install() -> None:
    seam.check(alb, "_xml", "status action inner")
    seam.check(alb, "_parse_targets_param", "params prefix")
    seam.wrap(alb, "_describe_target_health", "params", _truthful)
    threading.Thread(target=_keep_checking, daemon=True, name="target-health").start()
