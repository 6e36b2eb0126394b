"""The further checks of a request: AWS authorizes each resource and each action that it involves.

MiniStack checks one action on one resource. On AWS, a subnet is created only if the caller may also
use its VPC and write its tags, and a role is passed to a task definition only with `iam:PassRole`.

https://docs.aws.amazon.com/service-authorization/latest/reference/
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-secrets-manager.html
"""

from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from ministack.core import iam_actions, iam_evaluator
from ministack.services import ecs

from .. import seam
from ..queues import message_moves
from . import authorized_resources, key_names, parameter_names

Fields = Callable[[str], str]


@dataclass(frozen=True)
class Check:
    """An action on a resource, with the condition keys that only this check has."""

    action: str
    resource: str
    keys: dict[str, str] = field(default_factory=dict)


# The same action on another resource; a list's items are numbered.
_RESOURCES = {
    "ec2:AssociateRouteTable": ["subnet/{SubnetId}"],
    "ec2:AttachInternetGateway": ["vpc/{VpcId}"],
    "ec2:CreateNatGateway": ["subnet/{SubnetId}", "elastic-ip/{AllocationId}"],
    "ec2:CreateRouteTable": ["vpc/{VpcId}"],
    "ec2:CreateSecurityGroup": ["vpc/{VpcId}"],
    "ec2:CreateSubnet": ["vpc/{VpcId}"],
    "ec2:CreateVpcEndpoint": ["vpc/{VpcId}", "route-table/{RouteTableId.#}"],
    "ec2:DetachInternetGateway": ["vpc/{VpcId}"],
    "ec2:ModifyVpcEndpoint": ["route-table/{AddRouteTableId.#}"],
    "rds:CreateDBCluster": [
        "cluster-pg:{DBClusterParameterGroupName}",
        "subgrp:{DBSubnetGroupName}",
    ],
    "rds:CreateDBInstance": ["cluster:{DBClusterIdentifier}"],
    "rds:ModifyDBCluster": ["cluster-pg:{DBClusterParameterGroupName}"],
    "servicediscovery:CreateService": ["namespace/{NamespaceId}"],
}

# The action that writes the tags of a new resource.
_TAGGING = {
    "acm": "acm:AddTagsToCertificate",
    "application-autoscaling": "application-autoscaling:TagResource",
    "cloudwatch": "cloudwatch:TagResource",
    "ecr": "ecr:TagResource",
    "ecs": "ecs:TagResource",
    "elasticloadbalancing": "elasticloadbalancing:AddTags",
    "events": "events:TagResource",
    "iam": "iam:TagRole",
    "kms": "kms:TagResource",
    "logs": "logs:TagResource",
    "rds": "rds:AddTagsToResource",
    "secretsmanager": "secretsmanager:TagResource",
    "sns": "sns:TagResource",
    "sqs": "sqs:TagQueue",
    "states": "states:TagResource",
}

# How operations begin that create what has tags.
_CREATE = ("Create", "PutMetricAlarm", "PutRule", "Register", "Request")
# What is tagged before it has an ARN.
_NEW = {"acm": "certificate/*", "kms": "key/*"}

# What a task does that moves dead letters.
_TO_MOVE = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")

# The role in a request, and the service that gets it.
_PASSED = {
    "scheduler:CreateSchedule": ("Target.RoleArn", "scheduler.amazonaws.com"),
    "scheduler:UpdateSchedule": ("Target.RoleArn", "scheduler.amazonaws.com"),
    "states:CreateStateMachine": ("roleArn", "states.amazonaws.com"),
    "states:UpdateStateMachine": ("roleArn", "states.amazonaws.com"),
}

_checks: ContextVar[tuple[Check, ...]] = ContextVar("further_checks", default=())
_denied: ContextVar[Check | None] = ContextVar("denied_check", default=None)


def expect(checks: Iterator[Check]) -> None:
    """Remember the further checks of the current request."""
    _checks.set(tuple(checks))
    _denied.set(None)


def checks_of(action: str, resource: str, place: str, given: Fields) -> Iterator[Check]:
    """Return the further checks; `place` is the region and account of an ARN."""
    service, _, operation = action.partition(":")
    for template in _RESOURCES.get(action, []):
        for name in _filled(template, given):
            yield Check(action, f"arn:aws:{service}:{place}:{name}")
    region, _, account = place.partition(":")
    for name in authorized_resources.find_others(action, region, account, given):
        yield Check(action, name)
    for name in parameter_names.arns(action, place, given)[1:]:
        yield Check(action, name)
    for name in key_names.keys_of_alias(action, given):
        yield Check(action, name)
    if action in ("ecs:RegisterTaskDefinition", "ecs:RunTask"):
        definition = task_definition(given) if action == "ecs:RunTask" else {}
        for name in ("executionRoleArn", "taskRoleArn"):
            role = given(name) or given(f"overrides.{name}") or definition.get(name)
            if role:
                keys = {"iam:PassedToService": "ecs-tasks.amazonaws.com"}
                yield Check("iam:PassRole", role, keys)
    if action == "ecs:ExecuteCommand":
        cluster = (given("cluster") or "default").rpartition("/")[2]
        yield Check(action, f"arn:aws:ecs:{place}:cluster/{cluster}")
    if action == "ecs:RunTask":
        cluster = (given("cluster") or "default").rpartition("/")[2]
        keys = {"ecs:CreateAction": "RunTask", "only-with": "aws:TagKeys"}
        yield Check("ecs:TagResource", f"arn:aws:ecs:{place}:task/{cluster}/*", keys)
    if action in _PASSED:
        name, passed_to = _PASSED[action]
        if role := given(name):
            yield Check("iam:PassRole", role, {"iam:PassedToService": passed_to})
    if action == "rds:CreateDBCluster" and given("ManageMasterUserPassword") == "true":
        secret = f"arn:aws:secretsmanager:{place}:secret:rds!cluster-new"
        yield Check("secretsmanager:CreateSecret", secret)
        yield Check("secretsmanager:TagResource", secret)
    if action == "sqs:StartMessageMoveTask":
        for needed in _TO_MOVE:
            yield Check(needed, resource)
        # Without a destination, each message goes back to the queue that it came from.
        target = given("DestinationArn")
        for queue in [target] if target else message_moves.sources(given("SourceArn")):
            yield Check("sqs:SendMessage", queue)
    if service == "ec2" and given("TagSpecification.1.ResourceType"):
        kind = given("TagSpecification.1.ResourceType")
        # EC2 calls a NAT gateway `natgateway` in both; only an address differs.
        keys = {"ec2:CreateAction": operation}
        yield Check("ec2:CreateTags", f"arn:aws:ec2:{place}:{kind}/*", keys)
    if service in _TAGGING and operation.startswith(_CREATE):
        new = f"arn:aws:{service}:{place}:{_NEW[service]}" if service in _NEW else resource
        yield Check(_TAGGING[service], new, {"only-with": "aws:TagKeys"})


def task_definition(given: Fields) -> dict[str, Any]:
    """The task definition that a request to run a task names; empty if there is none."""
    return ecs._task_defs.get(ecs._resolve_td_key(given("taskDefinition"))) or {}


def _filled(template: str, given: Fields) -> Iterator[str]:
    start, _, rest = template.partition("{")
    name = rest.rstrip("}")
    if not name.endswith(".#"):
        names = [name]
    else:
        names = [name.replace("#", str(index)) for index in range(1, 51)]
    for each in names:
        if given(each):
            yield start + given(each)


def _with_further(original: Callable[..., Any]) -> Callable[..., Any]:
    def enforce(
        access_key_id: str,
        iam_action: str,
        service: str,
        region: str,
        resource_arn: str = "*",
        service_context: dict[str, Any] | None = None,
    ) -> Any:
        checks = _checks.get()
        _checks.set(())
        context = service_context or {}
        denied = original(access_key_id, iam_action, service, region, resource_arn, context)
        for check in checks:
            keys = dict(check.keys)
            wanted = keys.pop("only-with", None)
            if denied or (wanted and wanted not in context):
                continue
            denied = original(
                access_key_id,
                check.action,
                check.action.partition(":")[0],
                region,
                check.resource,
                {**context, **keys},
            )
            if denied:
                _denied.set(check)
        return denied

    return enforce


def _naming_the_check(original: Callable[..., Any]) -> Callable[..., Any]:
    def respond(
        service: str, action: str, principal_arn: str, request_id: str, **others: Any
    ) -> Any:
        check = _denied.get()
        if check:
            action = check.action
            others["resource_arn"] = check.resource
            others["message"] = iam_actions.identity_denial_message(
                action, principal_arn, check.resource, explicit_deny=False
            )
        return original(service, action, principal_arn, request_id, **others)

    return respond


def install() -> None:
    seam.check(ecs, "_resolve_td_key", "ref")
    seam.wrap(
        iam_evaluator,
        "enforce",
        "access_key_id iam_action service region resource_arn service_context",
        _with_further,
    )
    seam.wrap(
        iam_actions,
        "access_denied_response",
        "service action principal_arn request_id error_code message headers resource_arn"
        " explicit_deny resource_policy_arn",
        _naming_the_check,
    )
