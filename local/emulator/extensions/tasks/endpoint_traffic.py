"""What a task asks of S3 goes through the endpoint of its subnet, whose policy decides too.

MiniStack asks the caller's policies and the bucket's. On AWS, a request that leaves through a
gateway endpoint needs the permission of the endpoint's policy as well, whoever's keys it is signed
with: that is what keeps a task from copying data to a foreign bucket. Like all policies, it counts
only if the local AWS enforces policies.

https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-s3.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
"""

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from ministack.core import iam_actions, iam_evaluator
from ministack.core.responses import get_account_id
from ministack.services import ecs

from .. import seam
from . import endpoint_policy, subnet_routes

Record = dict[str, Any]

_denied: ContextVar[str] = ContextVar("denied_by_endpoint", default="")


def _endpoint() -> Record | None:
    """The endpoint of S3 that the current request takes: that of the task which has its address."""
    address, _ = iam_evaluator._request_origin.get()
    for task in ecs._tasks.values():
        is_caller = task.get("_container_ip") == address and task.get("lastStatus") != "STOPPED"
        if is_caller and subnet_routes.known(task.get("_subnet")):
            return subnet_routes.endpoint(task["_subnet"], "s3")
    return None


def _denial(endpoint: Record, key: str, action: str, resource: str, context: Record) -> Any:
    """The result of a request that the endpoint does not let through; None if it does."""
    caller = iam_evaluator.resolve_principal(key, get_account_id())
    if isinstance(caller, iam_evaluator.AuthError):  # an unsigned request
        caller = iam_evaluator.PrincipalInfo("anonymous", "Anonymous", "", [])
    found = endpoint_policy.decision(endpoint, caller, action, resource, context)
    if found == "Allow":
        return None
    reason = (
        "with an explicit deny in a VPC endpoint policy"
        if found == "Deny"
        else f"because no VPC endpoint policy allows the {action} action"
    )
    subject = f"User: {caller.arn} is not authorized to perform: {action}"
    _denied.set(f'{subject} on resource: "{resource}" {reason}')
    return iam_evaluator.EvalResult("ImplicitDeny", principal_arn=caller.arn)


def _through_endpoint(original: Callable[..., Any]) -> Callable[..., Any]:
    def enforce(
        access_key_id: str,
        iam_action: str,
        service: str,
        region: str,
        resource_arn: str = "*",
        service_context: Record | None = None,
    ) -> Any:
        _denied.set("")
        denied = original(access_key_id, iam_action, service, region, resource_arn, service_context)
        endpoint = _endpoint() if service == "s3" and denied is None else None
        if endpoint is None:
            return denied
        context = service_context or {}
        return _denial(endpoint, access_key_id, iam_action, resource_arn, context)

    return enforce


def _saying_so(original: Callable[..., Any]) -> Callable[..., Any]:
    def respond(
        service: str, action: str, principal_arn: str, request_id: str, **others: Any
    ) -> Any:
        if message := _denied.get():
            others["message"] = message
        return original(service, action, principal_arn, request_id, **others)

    return respond


def install() -> None:
    seam.check(iam_evaluator, "resolve_principal", "access_key_id account_id credential")
    seam.wrap(
        iam_evaluator,
        "enforce",
        "access_key_id iam_action service region resource_arn service_context",
        _through_endpoint,
    )
    seam.wrap(
        iam_actions,
        "access_denied_response",
        "service action principal_arn request_id error_code message headers resource_arn"
        " explicit_deny resource_policy_arn",
        _saying_so,
    )
