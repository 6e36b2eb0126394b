"""The policy of a VPC endpoint: stored, returned, and asked before anything goes through it.

MiniStack drops the policy that an endpoint is created with. On AWS, traffic to S3 from a subnet
whose route table has a gateway endpoint goes through it, whatever the default route is, and its
policy decides. ECR keeps the layers of images in a bucket of its own.

https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
"""

import json
from collections.abc import Callable
from typing import Any
from xml.sax.saxutils import escape

from ministack.core import iam_evaluator
from ministack.core.responses import get_account_id, get_region
from ministack.services import ec2

from .. import seam

Record = dict[str, Any]

# What AWS gives an endpoint without a policy.
FULL_ACCESS = json.dumps(
    {
        "Version": "2008-10-17",
        "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}],
    }
)


def policy_of(endpoint: Record) -> str:
    return str(endpoint.get("PolicyDocument") or FULL_ACCESS)


def lets_layers_through(endpoint: Record) -> bool:
    """Whether an endpoint of S3 lets a task pull the layers of an image."""
    bucket = f"prod-{get_region()}-starport-layer-bucket"
    account = get_account_id()
    puller = iam_evaluator.PrincipalInfo(
        f"arn:aws:iam::{account}:role/any", "AssumedRole", account, []
    )
    resource = f"arn:aws:s3:::{bucket}/layer"
    return decision(endpoint, puller, "s3:GetObject", resource, {}) == "Allow"


def decision(endpoint: Record, caller: Any, action: str, resource: str, keys: Record) -> str:
    """`Allow`, `Deny` or `ImplicitDeny`; `keys` are the condition keys of the request."""
    context = iam_evaluator.EvalContext(
        principal_arn=caller.arn,
        principal_type=caller.type,
        principal_account=caller.account,
        action=action,
        resource_arn=resource,
        region=get_region(),
        service_context={name.lower(): value for name, value in keys.items()},
        principal_keys=caller.keys,
    )
    return str(iam_evaluator.evaluate_resource_policy(policy_of(endpoint), context).decision)


def _with_policy(original: Callable[..., Any]) -> Callable[..., Any]:
    def create(p: Record) -> Any:
        known = set(ec2._vpc_endpoints)
        answer = original(p)
        for identifier in set(ec2._vpc_endpoints) - known:
            given = ec2._p(p, "PolicyDocument")
            ec2._vpc_endpoints[identifier]["PolicyDocument"] = given or FULL_ACCESS
        return answer

    return create


def _with_reset(original: Callable[..., Any]) -> Callable[..., Any]:
    def modify(p: Record) -> Any:
        answer = original(p)
        endpoint = ec2._vpc_endpoints.get(ec2._p(p, "VpcEndpointId"))
        if endpoint and ec2._p(p, "ResetPolicy") == "true":
            endpoint["PolicyDocument"] = FULL_ACCESS
        return answer

    return modify


def _telling_policy(original: Callable[..., Any]) -> Callable[..., Any]:
    def describe(ep: Record, tag: str = "item") -> str:
        document = f"<policyDocument>{escape(policy_of(ep))}</policyDocument>"
        start, end, rest = str(original(ep, tag)).rpartition(f"</{tag}>")
        return start + document + end + rest

    return describe


def install() -> None:
    seam.check(iam_evaluator, "evaluate_resource_policy", "doc ctx service named_only direct_only")
    seam.wrap(ec2, "_create_vpc_endpoint", "p", _with_policy)
    seam.wrap(ec2, "_modify_vpc_endpoint", "p", _with_reset)
    seam.wrap(ec2, "_vpce_fields_xml", "ep tag", _telling_policy)
