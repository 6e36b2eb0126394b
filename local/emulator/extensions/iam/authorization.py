"""The resource and the conditions that IAM policies are evaluated against, as on AWS.

With AUTH=true, MiniStack evaluates the caller's policies. For most create requests it names no
resource, because there is no id yet; AWS names all resources of that kind. It confuses a service
with its cluster, and ignores the tags of alarms, rules, EC2, ECS, load balancers, Cloud Map,
certificates, state machines and scalable targets, tags that only a permissions boundary asks for or
that have a service's own key (`secretsmanager:ResourceTag/…`), the group of a schedule, the
boundary of a role, and what is asked of CloudWatch in CBOR. Without AUTH this module is not used.
"""

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from ministack.core import iam_actions, iam_evaluator
from ministack.core.responses import get_account_id, get_region
from ministack.services import (
    acm,
    alb,
    cloudwatch,
    ec2,
    ecs,
    eventbridge,
    iam,
    servicediscovery,
    stepfunctions,
    tagging,
)

from .. import seam
from ..access import one_operation
from ..scaling import scalable_targets
from ..scaling.scalable_targets import SERVICE as SCALING
from . import authorized_resources, further_checks, key_names, parameter_names
from .request_fields import Fields, document, fields, listed

# A batch needs the action of its single requests.
# https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html
_BATCHES = {
    f"sqs:{action}Batch": f"sqs:{action}"
    for action in ("SendMessage", "DeleteMessage", "ChangeMessageVisibility")
}

_CBOR_PATH = re.compile(r"/service/[^/]+/operation/([^/]+)")

# An action that no policy names.
_UNKNOWN = "OperationThatDoesNotExist"
# What an alarm does in each of its states.
_ALARM_ACTIONS = ("AlarmActions", "OKActions", "InsufficientDataActions")
_RECORD_NAMES = "route53:ChangeResourceRecordSetsNormalizedRecordNames"


def _action_of(original: Callable[..., str | None]) -> Callable[..., str | None]:
    def extract(
        service: str,
        method: str,
        path: str,
        headers: dict[str, str],
        body: bytes,
        query_params: dict[str, Any],
    ) -> str | None:
        if service == SCALING:
            return f"{SCALING}:{headers.get('x-amz-target', '').rpartition('.')[2]}"
        if service not in one_operation.BY_ACTION:
            # MiniStack would take the word for the operation, which these services do not read.
            query_params = {name: each for name, each in query_params.items() if name != "Action"}
            headers = {name: each for name, each in headers.items() if name != "content-type"}
        action = original(service, method, path, headers, body, query_params)
        if action is None and service == "monitoring" and (named := _CBOR_PATH.fullmatch(path)):
            action = f"cloudwatch:{named[1]}"
        # What it does not find, it would allow.
        return _BATCHES.get(action or "", action or f"{service}:{_UNKNOWN}")

    return extract


def _resource_of(original: Callable[..., str]) -> Callable[..., str]:
    def extract(
        service: str,
        method: str,
        path: str,
        headers: dict[str, str],
        body: bytes,
        query_params: dict[str, Any],
        region: str,
        account_id: str,
    ) -> str:
        action = iam_actions.extract_iam_action(service, method, path, headers, body, query_params)
        given = _with_route_table(fields(body, query_params))
        resource = authorized_resources.find(action or "", region, account_id, given)
        if service == SCALING:
            resource = _scalable_target(given) or resource
        if action == "route53:GetChange":
            resource = f"arn:aws:route53:::change/{path.rpartition('/')[2]}"
        named = parameter_names.arns(action or "", f"{region}:{account_id}", given)
        resource = named[0] if named else resource
        resource = key_names.resource(action or "", f"{region}:{account_id}", given) or resource
        if service == "scheduler":
            resource = _schedule(path, given, f"{region}:{account_id}") or resource
        if action == "ecs:RunTask":
            resource = further_checks.task_definition(given).get("taskDefinitionArn")
        if resource is None:
            resource = original(
                service, method, path, headers, body, query_params, region, account_id
            )
        place = f"{region}:{account_id}"
        further_checks.expect(further_checks.checks_of(action or "", resource, place, given))
        return resource

    return extract


def _scalable_target(given: Fields) -> str | None:
    """The ARN of an existing target that a request names by what it scales."""
    key = "|".join(given(name) for name in scalable_targets.KEY_FIELDS)
    target = scalable_targets.targets.get(key)
    return str(target["ScalableTargetARN"]) if target else None


def _schedule(path: str, given: Fields, place: str) -> str | None:
    """The ARN of a schedule, which has its group in it, or of what a request for tags names."""
    kind, _, name = path.strip("/").partition("/")
    if kind == "tags":
        return unquote(name)
    if kind != "schedules" or not name:
        return None
    group = given("GroupName") or given("groupName") or "default"
    return f"arn:aws:scheduler:{place}:schedule/{group}/{name}"


def _with_route_table(given: Fields) -> Fields:
    """Disassociation names the association's id, but IAM checks its route table."""

    def read(name: str) -> str:
        if name != "RouteTableId" or given(name):
            return given(name)
        return next(
            (
                table
                for table, record in ec2._route_tables.items()
                for association in record["Associations"]
                if association["RouteTableAssociationId"] == given("AssociationId")
            ),
            "",
        )

    return read


def _keys_of(original: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    def extract(
        service: str, iam_action: str, body: bytes, params: dict[str, Any]
    ) -> dict[str, Any]:
        given = fields(body, params)
        if found := document(body):
            body = json.dumps(found, default=str).encode()
        keys = original(service, iam_action, body, params)
        if service == "iam" and given("RoleName"):
            role = iam._roles.get(given("RoleName")) or {}
            boundary = given("PermissionsBoundary") or role.get("PermissionsBoundary")
            if boundary:
                keys["iam:PermissionsBoundary"] = boundary
        if service == "ecs" and given("cluster"):
            name = given("cluster").rpartition("/")[2]
            keys["ecs:cluster"] = f"arn:aws:ecs:{get_region()}:{get_account_id()}:cluster/{name}"
        if iam_action in ("ecs:CreateService", "ecs:UpdateService") and given("taskDefinition"):
            # Also one that does not exist is none of the caller's.
            arn = further_checks.task_definition(given).get("taskDefinitionArn")
            keys["ecs:task-definition"] = arn or given("taskDefinition")
        if iam_action == "events:PutTargets":
            targets = document(body).get("Targets", [])
            keys["events:TargetArn"] = [target["Arn"] for target in targets]
        if iam_action == "cloudwatch:PutMetricAlarm":
            keys["cloudwatch:AlarmActions"] = [
                each for name in _ALARM_ACTIONS for each in listed(given, name)
            ]
        if iam_action == "acm:RequestCertificate":
            names = [given("DomainName"), *listed(given, "SubjectAlternativeNames")]
            keys["acm:DomainNames"] = [name.lower() for name in names]
        if iam_action == "route53:ChangeResourceRecordSets":
            names = re.findall(r"<Name>([^<]+)</Name>", body.decode())
            # https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/specifying-conditions-route53.html
            keys[_RECORD_NAMES] = [name.lower().rstrip(".") for name in names]
        if service == "kms":
            keys.update(key_names.request_alias(given))
            keys.update(key_names.kind_of_key(iam_action, given))
        if service == SCALING:
            keys[f"{SCALING}:service-namespace"] = given("ServiceNamespace")
            keys[f"{SCALING}:scalable-dimension"] = given("ScalableDimension")
        return keys

    return extract


def _tags_of(original: Callable[..., dict[str, str] | None]) -> Callable[..., Any]:
    def read(arn: str) -> dict[str, str] | None:
        match = re.match(
            r"arn:[^:]*:(acm|cloudwatch|ec2|ecs|elasticloadbalancing|events|servicediscovery|states"
            r"|application-autoscaling):",
            arn,
        )
        if match is None:
            return original(arn)
        if match[1] == SCALING:
            return dict(scalable_targets.tags.get(arn) or {})
        if match[1] in ("cloudwatch", "events"):
            kept = cloudwatch._resource_tags if match[1] == "cloudwatch" else eventbridge._tags
            return dict(kept.get(arn) or {})
        if match[1] in ("ecs", "states"):
            stored = (ecs if match[1] == "ecs" else stepfunctions)._tags.get(arn)
            stored = stored or _propagated_tags(arn)
            return {tag["key"]: tag["value"] for tag in stored or []}
        if match[1] == "acm":
            tags = (acm._certificates.get(arn) or {}).get("Tags")
        elif match[1] == "ec2":
            tags = ec2._tags.get(arn.rpartition("/")[2])
        elif match[1] == "elasticloadbalancing":
            tags = alb._tags.get(arn)
        else:
            tags = servicediscovery._resource_tags.get(arn)
        return {tag["Key"]: tag["Value"] for tag in tags or []}

    return read


def _propagated_tags(arn: str) -> list[dict[str, str]]:
    """The tags that a task has of its service; MiniStack stores none of them."""
    task = ecs._tasks.get(arn) or {}
    cluster = task.get("clusterArn", "").rpartition("/")[2]
    service = ecs._services.get(f"{cluster}/{task.get('group', '').removeprefix('service:')}") or {}
    if service.get("propagateTags") != "SERVICE":
        return []
    return ecs._tags.get(service["serviceArn"]) or []


def _with_tags(original: Callable[..., Any]) -> Callable[..., Any]:
    """Tell the resource's tags to every policy, under the global and the service's own key."""

    def enforce(
        access_key_id: str,
        iam_action: str,
        service: str,
        region: str,
        resource_arn: str = "*",
        service_context: dict[str, Any] | None = None,
    ) -> Any:
        context = dict(service_context or {})
        for name, value in (tagging.resource_tags(resource_arn) or {}).items():
            context.setdefault(f"aws:ResourceTag/{name}", value)
            context.setdefault(f"{service}:ResourceTag/{name}", value)
        return original(access_key_id, iam_action, service, region, resource_arn, context)

    return enforce


def install() -> None:
    request = "service method path headers body query_params"
    seam.wrap(iam_actions, "extract_iam_action", request, _action_of)
    seam.wrap(iam_actions, "extract_resource_arn", f"{request} region account_id", _resource_of)
    seam.wrap(iam_actions, "request_tag_context", "service iam_action body params", _keys_of)
    seam.wrap(tagging, "resource_tags", "arn", _tags_of)
    seam.wrap(
        iam_evaluator,
        "enforce",
        "access_key_id iam_action service region resource_arn service_context",
        _with_tags,
    )
    # EC2 takes tags under another name; application load balancers have their own model.
    iam_actions._TAG_MEMBERS = iam_actions._TAG_MEMBERS | {"TagSpecifications"}
    iam_actions._BOTOCORE_SERVICE_MAP["elasticloadbalancing"] = ["elbv2"]
    iam_actions._BOTOCORE_SERVICE_MAP["states"] = ["stepfunctions"]
    iam_actions._BOTOCORE_SERVICE_MAP["monitoring"] = ["cloudwatch"]
