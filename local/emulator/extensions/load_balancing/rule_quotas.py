"""The default quotas of an Application Load Balancer's rules, which MiniStack lacks.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html: the
quotas of rules and target groups count across all listeners of a load balancer.
"""

from collections.abc import Iterable
from typing import Any

from ministack.services import alb

from .. import seam
from .target_group_use import groups_in, groups_of

Record = dict[str, Any]

RULES_PER_LOAD_BALANCER = 100
TARGET_GROUPS_PER_LOAD_BALANCER = 100
VALUES_PER_RULE = 5
WILDCARDS_PER_RULE = 5
VALUE_LENGTH = 128


def rules_of(listener_arn: str) -> list[Record]:
    """Return the rules of a listener except the default rule, which has no priority."""
    return [
        each
        for each in alb._rules.values()
        if each.get("ListenerArn") == listener_arn and not each.get("IsDefault")
    ]


def refusal(listener_arn: str, params: dict[str, Any]) -> Any:
    """Return the error for the conditions and actions of a request, or None."""
    return _wrong_conditions(alb._parse_conditions(params)) or _wrong_actions(
        listener_arn, alb._parse_actions(params, "Actions")
    )


def one_too_many(listener_arn: str) -> Any:
    """Return the error for one more rule, or None."""
    present = sum(len(rules_of(each)) for each in _listeners_beside(listener_arn))
    if present < RULES_PER_LOAD_BALANCER:
        return None
    balancer = alb._listeners[listener_arn]["LoadBalancerArn"]
    return alb._error(
        "TooManyRules",
        f"The maximum number of rules has been reached on load balancer '{balancer}'",
    )


def _listeners_beside(listener_arn: str) -> list[str]:
    """All listeners of the same load balancer, including this one."""
    balancer = (alb._listeners.get(listener_arn) or {}).get("LoadBalancerArn")
    return [arn for arn, each in alb._listeners.items() if each["LoadBalancerArn"] == balancer]


def _values_in(conditions: Iterable[Record]) -> list[str]:
    typed = (each.get("HttpHeaderConfig") or {} for each in conditions)
    plain = [value for each in conditions for value in each.get("Values") or []]
    return [str(value) for value in plain + [v for each in typed for v in each.get("Values") or []]]


def _wrong_conditions(conditions: list[Record]) -> Any:
    values = _values_in(conditions)
    wildcards = sum(value.count("*") + value.count("?") for value in values)
    for count, limit, what in (
        (len(values), VALUES_PER_RULE, "condition values"),
        (wildcards, WILDCARDS_PER_RULE, "wildcards"),
    ):
        if count > limit:
            return alb._error("ValidationError", f"A rule has at most {limit} {what}, not {count}")
    for value in values:
        if len(value) > VALUE_LENGTH:
            return alb._error(
                "ValidationError",
                f"Condition value '{value}' must not be longer than '{VALUE_LENGTH}' characters",
            )
    return None


def _wrong_actions(listener_arn: str, actions: list[Record]) -> Any:
    wanted = groups_in(actions)
    for arn in sorted(wanted):
        if arn not in alb._tgs:
            return alb._error("TargetGroupNotFound", f"Target group '{arn}' not found")
    present: set[str] = set().union(*map(groups_of, _listeners_beside(listener_arn)))
    if len(present | wanted) > TARGET_GROUPS_PER_LOAD_BALANCER:
        return alb._error(
            "TooManyUniqueTargetGroupsPerLoadBalancer",
            "You have reached the maximum number of unique target groups that you can associate "
            f"with a load balancer of type 'application': [{TARGET_GROUPS_PER_LOAD_BALANCER}]",
        )
    return None


def install() -> None:
    for name in ("_parse_conditions", "_parse_actions"):
        seam.check(alb, name, "params prefix")
