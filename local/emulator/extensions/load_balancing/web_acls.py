"""Web ACLs of AWS WAF: each protects load balancers that exist, and stays while it does.

MiniStack associates an ACL with any name, deletes one that is in use, and keeps the association of
a deleted load balancer. It does not look at requests: the limits of an ACL have no effect here.
https://docs.aws.amazon.com/waf/latest/APIReference/API_AssociateWebACL.html
https://docs.aws.amazon.com/waf/latest/APIReference/API_DeleteWebACL.html
"""

from collections.abc import Callable
from typing import Any

from ministack.services import alb, waf

from .. import seam

Request = dict[str, Any]

_MISSING = "AWS WAF couldn\u2019t perform the operation because your resource doesn\u2019t exist."
_IN_USE = (
    "AWS WAF couldn\u2019t perform the operation because your resource is being used by another "
    "resource or it\u2019s associated with another resource."
)


def _is_missing(arn: str) -> bool:
    return ":elasticloadbalancing:" in arn and arn not in alb._lbs


def _with_resource(original: Callable[..., Any]) -> Callable[..., Any]:
    def associate(data: Request) -> Any:
        if _is_missing(data.get("ResourceArn", "")):
            return waf._waf_err("WAFNonexistentItemException", _MISSING)
        return original(data)

    return associate


def _unused(original: Callable[..., Any]) -> Callable[..., Any]:
    def delete(data: Request) -> Any:
        acl = waf._resource_from_scope(
            waf._web_acls, data.get("Id", ""), data.get("Scope", "REGIONAL")
        )
        used = [
            resource
            for resource, associated in waf._associations.items()
            if acl is not None and associated == acl["ARN"] and not _is_missing(resource)
        ]
        if used:
            return waf._waf_err("WAFAssociatedItemException", _IN_USE)
        return original(data)

    return delete


def _with_association(original: Callable[..., Any]) -> Callable[..., Any]:
    def delete(params: Request) -> Any:
        answer = original(params)
        for resource in [each for each in waf._associations if _is_missing(each)]:
            waf._associations.pop(resource, None)
        return answer

    return delete


def install() -> None:
    seam.check(waf, "_waf_err", "code message")
    seam.check(waf, "_resource_from_scope", "store uid scope")
    seam.wrap(waf, "_associate_web_acl", "data", _with_resource)
    seam.wrap(waf, "_delete_web_acl", "data", _unused)
    seam.wrap(alb, "_delete_lb", "params", _with_association)
