"""The uses of a target group, which decide whether it can be deleted or attached to a service.

MiniStack deletes a target group that a rule still forwards to, lets an ECS service use one that no
load balancer forwards to, and lists the load balancer of a listener's default action alone.
https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeleteTargetGroup.html
https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroup.html
"""

from collections.abc import Callable, Iterable
from typing import Any

from ministack.services import alb, ecs

from .. import seam

Record = dict[str, Any]


def groups_in(actions: Iterable[Record]) -> set[str]:
    """Return the ARNs of the target groups that the actions forward to."""
    return {each["TargetGroupArn"] for each in actions if each.get("TargetGroupArn")}


def groups_of(listener_arn: str) -> set[str]:
    """Return the ARNs of the target groups that a listener and its rules forward to."""
    default = (alb._listeners.get(listener_arn) or {}).get("DefaultActions") or []
    rules = [each for each in alb._rules.values() if each.get("ListenerArn") == listener_arn]
    return groups_in(default).union(*(groups_in(each.get("Actions") or []) for each in rules))


def balancers_of(group_arn: str) -> list[str]:
    """Return the ARNs of the load balancers that forward to the target group."""
    found = [
        listener["LoadBalancerArn"]
        for arn, listener in list(alb._listeners.items())
        if group_arn in groups_of(arn)
    ]
    return sorted(set(found))


def is_attached(group_arn: str) -> bool:
    """Whether a load balancer forwards to the target group."""
    return bool(balancers_of(group_arn))


def _with_balancers(original: Callable[..., Any]) -> Callable[..., Any]:
    def describe(params: dict[str, Any]) -> Any:
        for arn, group in list(alb._tgs.items()):
            group["LoadBalancerArns"] = balancers_of(arn)
        return original(params)

    return describe


def _deleting(original: Callable[..., Any]) -> Callable[..., Any]:
    def delete(params: dict[str, Any]) -> Any:
        arn = alb._p(params, "TargetGroupArn")
        if arn in alb._tgs and is_attached(arn):
            return alb._error(
                "ResourceInUse", f"Target group '{arn}' is currently in use by a listener or a rule"
            )
        return original(params)

    return delete


def _serving(original: Callable[..., Any]) -> Callable[..., Any]:
    def write(data: Record) -> Any:
        for each in data.get("loadBalancers") or []:
            arn = each.get("targetGroupArn")
            if arn and not is_attached(arn):
                return ecs.error_response_json(
                    "InvalidParameterException",
                    f"The target group with targetGroupArn {arn} does not have an associated load "
                    "balancer.",
                    400,
                )
        return original(data)

    return write


def install() -> None:
    seam.wrap(alb, "_delete_tg", "params", _deleting)
    seam.wrap(alb, "_describe_tgs", "params", _with_balancers)
    seam.wrap(ecs, "_create_service", "data", _serving)
    seam.wrap(ecs, "_update_service", "data", _serving)
