"""Listener rules as Elastic Load Balancing accepts them: one per priority of a listener.

MiniStack lets two rules of a listener share a priority and accepts any number of rules, so an order
of changes that AWS refuses would pass here. The errors are documented at
https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateRule.html and
API_SetRulePriorities.html.
"""

from collections.abc import Callable, Iterable
from typing import Any

from ministack.services import alb

from .. import seam
from . import rule_quotas
from .rule_quotas import rules_of

_HIGHEST_PRIORITY = 50_000


def _taken(listener_arn: str, priority: str, moved: Iterable[str] = ()) -> bool:
    return any(
        str(each["Priority"]) == priority and each["RuleArn"] not in moved
        for each in rules_of(listener_arn)
    )


def _in_use(priority: str) -> Any:
    return alb._error("PriorityInUse", f"Priority '{priority}' is currently in use")


def _creating(original: Callable[..., Any]) -> Callable[..., Any]:
    def create(params: dict[str, Any]) -> Any:
        listener_arn, priority = alb._p(params, "ListenerArn"), alb._p(params, "Priority")
        if listener_arn not in alb._listeners:
            return original(params)
        if not priority.isdigit() or not 1 <= int(priority) <= _HIGHEST_PRIORITY:
            return alb._error(
                "ValidationError",
                f"Priority '{priority}' must be in the range of 1-{_HIGHEST_PRIORITY}",
            )
        if _taken(listener_arn, priority):
            return _in_use(priority)
        return (
            rule_quotas.refusal(listener_arn, params)
            or rule_quotas.one_too_many(listener_arn)
            or original(params)
        )

    return create


def _modifying(original: Callable[..., Any]) -> Callable[..., Any]:
    def modify(params: dict[str, Any]) -> Any:
        rule = alb._rules.get(alb._p(params, "RuleArn"))
        refused = rule and rule_quotas.refusal(rule["ListenerArn"], params)
        return refused or original(params)

    return modify


def _moving(original: Callable[..., Any]) -> Callable[..., Any]:
    """Rules may swap priorities within one request, but not take that of a rule outside it."""

    def move(params: dict[str, Any]) -> Any:
        wanted: dict[str, str] = {}
        while arn := alb._p(params, f"RulePriorities.member.{len(wanted) + 1}.RuleArn"):
            wanted[arn] = alb._p(params, f"RulePriorities.member.{len(wanted) + 1}.Priority")
        places = set()
        for arn, priority in wanted.items():
            rule = alb._rules.get(arn)
            if not rule:
                return alb._error("RuleNotFound", f"Rule '{arn}' not found")
            place = (rule["ListenerArn"], priority)
            if place in places or _taken(*place, wanted):
                return _in_use(priority)
            places.add(place)
        return original(params)

    return move


def install() -> None:
    seam.check(alb, "_error", "code message status")
    seam.wrap(alb, "_create_rule", "params", _creating)
    seam.wrap(alb, "_modify_rule", "params", _modifying)
    seam.wrap(alb, "_set_rule_priorities", "params", _moving)
