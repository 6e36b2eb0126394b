"""What a service of AWS does with a role of the account: may it assume it, and may the role do it.

MiniStack's services call each other as themselves. On AWS, ECS, EventBridge Scheduler and Step
Functions assume the role that they were given, and its trust policy, its policies and its boundary
decide.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

import json
from typing import Any

from ministack.core import iam_actions, iam_evaluator
from ministack.core.responses import get_account_id, get_region
from ministack.services import iam, tagging

from .. import seam

Record = dict[str, Any]


def is_enforced() -> bool:
    """Whether the local AWS enforces policies."""
    from ministack import app  # it imports every service

    return bool(app.AUTH)


def trusts(role_arn: str, services: tuple[str, ...], source_arn: str) -> bool:
    """Whether one of the service principals may assume a role for a resource."""
    role = iam._roles.get(role_arn.rpartition("/")[2])
    if role is None or role["Arn"] != role_arn:
        return False
    account = get_account_id()
    # MiniStack's own calls for a service are root's.
    caller = f"arn:aws:iam::{account}:root"
    context = iam_evaluator.EvalContext(
        principal_arn=caller,
        principal_type="Service",
        principal_account=account,
        action="sts:AssumeRole",
        resource_arn=role_arn,
        region=get_region(),
        service_context={"aws:sourcearn": source_arn, "aws:sourceaccount": account},
    )
    document = role["AssumeRolePolicyDocument"]
    statements = (json.loads(document) if isinstance(document, str) else document)["Statement"]
    # MiniStack takes every service for the one that calls.
    about_them = [
        each
        for each in (statements if isinstance(statements, list) else [statements])
        if each.get("Principal") == "*"
        or any(
            iam_evaluator._service_principal_matches(each.get("Principal"), service)
            for service in services
        )
    ]
    return bool(iam_evaluator.evaluate_trust_policy({"Statement": about_them}, caller, context))


def denial(
    role_arn: str, session: str, action: str, resource: str, keys: Record | None = None
) -> str | None:
    """AWS's message if a role may not do something; None if it may.

    `session` is the name of the role's session; `keys` are the condition keys of the request.
    """
    account, name = get_account_id(), role_arn.rpartition("/")[2]
    principal = f"arn:aws:sts::{account}:assumed-role/{name}/{session}"
    service = action.partition(":")[0]
    tags = {
        f"{owner}:resourcetag/{key}".lower(): value
        for key, value in (tagging.resource_tags(resource) or {}).items()
        for owner in ("aws", service)
    }
    context = iam_evaluator.EvalContext(
        principal_arn=principal,
        principal_type="AssumedRole",
        principal_account=account,
        action=action,
        resource_arn=resource,
        region=get_region(),
        service_context=tags | {key.lower(): value for key, value in (keys or {}).items()},
    )
    policies = iam_evaluator._gather_role_policies(name, account)
    limits = iam_evaluator._permissions_boundary(iam._roles, name, account)
    result = iam_evaluator.evaluate(context, policies, *limits)
    if result.decision == "Allow":
        return None
    message: str = iam_actions.identity_denial_message(
        action, principal, resource, result.decision == "Deny"
    )
    return message


def install() -> None:
    seam.check(iam_evaluator, "evaluate_trust_policy", "trust_doc caller_arn ctx")
    seam.check(iam_evaluator, "_service_principal_matches", "principal service")
    seam.check(iam_evaluator, "_gather_role_policies", "role_name account_id")
    seam.check(iam_evaluator, "_permissions_boundary", "store name account_id")
