import json
from collections.abc import Iterator
from typing import Any

import pytest
from ministack.core import iam_actions, iam_evaluator
from ministack.services import ec2, ecs, iam, kms, secretsmanager, sqs

from extensions.iam import further_checks

ACCOUNT = "000000000000"
PLACE = f"us-east-1:{ACCOUNT}"
OWN = {"StringEquals": {"aws:ResourceTag/Environment": "dev"}}
BECOMES_OWN = {"StringEquals": {"aws:RequestTag/Environment": "dev"}}


@pytest.fixture(autouse=True)
def _empty() -> Iterator[None]:
    yield
    iam._roles.clear()
    ec2._tags.clear()
    secretsmanager._secrets.clear()
    sqs._queues.clear()
    kms._keys.clear()
    kms._aliases.clear()
    further_checks.expect(iter(()))


def allow(*actions: str, on: str = "*", if_: dict[str, Any] | None = None) -> dict[str, Any]:
    condition = {"Condition": if_} if if_ else {}
    return {"Effect": "Allow", "Action": list(actions), "Resource": on, **condition}


def denied(
    monkeypatch: pytest.MonkeyPatch,
    statements: list[dict[str, Any]],
    service: str,
    action: str,
    body: dict[str, Any] | None = None,
    **query: str,
) -> str | None:
    """The message of the denial to a caller with these statements; None if it is allowed."""
    policy = iam_evaluator.parse_policy_document({"Statement": statements})
    caller = iam_evaluator.PrincipalInfo(
        f"arn:aws:sts::{ACCOUNT}:assumed-role/dev/1", "AssumedRole", ACCOUNT, [policy]
    )
    monkeypatch.setattr(iam_evaluator, "authenticate", lambda *_: None)
    monkeypatch.setattr(iam_evaluator, "resolve_principal", lambda *_: caller)
    params = {"Action": action, **query} if body is None else {}
    headers = {} if body is None else {"x-amz-target": f"Service.{action}"}
    data = b"" if body is None else json.dumps(body).encode()
    name = iam_actions.extract_iam_action(service, "POST", "/", headers, data, params)
    arn = iam_actions.extract_resource_arn(
        service, "POST", "/", headers, data, params, "us-east-1", ACCOUNT
    )
    keys = iam_actions.request_tag_context(service, name, data, params)
    result = iam_evaluator.enforce("ASIA", name, service, "us-east-1", arn, keys)
    if result is None:
        return None
    answer = iam_actions.access_denied_response(service, name, result.principal_arn, "1")
    return str(answer[2])


def tagged(identifier: str, environment: str) -> None:
    ec2._tags[identifier] = [{"Key": "Environment", "Value": environment}]


SUBNET = {
    "VpcId": "vpc-1",
    "TagSpecification.1.ResourceType": "subnet",
    "TagSpecification.1.Tag.1.Key": "Environment",
    "TagSpecification.1.Tag.1.Value": "dev",
}
CREATE = allow("ec2:CreateSubnet", on=f"arn:aws:ec2:{PLACE}:subnet/*", if_=BECOMES_OWN)
USE = allow("ec2:CreateSubnet", on=f"arn:aws:ec2:{PLACE}:vpc/*", if_=OWN)
TAG = allow(
    "ec2:CreateTags", if_={"StringEquals": {"ec2:CreateAction": "CreateSubnet"}, **BECOMES_OWN}
)


@pytest.mark.parametrize(
    ("statements", "vpc", "named"),
    [
        ([CREATE, USE, TAG], "dev", None),
        ([CREATE, USE, TAG], "prod", "ec2:CreateSubnet"),
        ([CREATE, TAG], "dev", "ec2:CreateSubnet"),
        ([CREATE, USE], "dev", "ec2:CreateTags"),
    ],
)
def test_a_subnet_takes_the_permission_for_its_vpc_and_for_its_tags(
    monkeypatch: pytest.MonkeyPatch,
    statements: list[dict[str, Any]],
    vpc: str,
    named: str | None,
) -> None:
    tagged("vpc-1", vpc)
    message = denied(monkeypatch, statements, "ec2", "CreateSubnet", **SUBNET)
    assert message is None if named is None else f"perform: {named}" in str(message)


OWN_TASK = f"arn:aws:ecs:{PLACE}:task/dev/*"
OWN_CLUSTER = f"arn:aws:ecs:{PLACE}:cluster/dev"
ON_CLUSTER = {"ArnEquals": {"ecs:cluster": OWN_CLUSTER}}


@pytest.mark.parametrize(
    ("cluster", "resources", "is_allowed"),
    [
        ("dev", [OWN_TASK, OWN_CLUSTER], True),
        (OWN_CLUSTER, [OWN_TASK, OWN_CLUSTER], True),
        ("dev", [OWN_TASK], False),
        ("dev", [OWN_CLUSTER], False),
        ("prod", [OWN_TASK, OWN_CLUSTER], False),
    ],
)
def test_a_command_takes_the_permission_for_its_task_and_for_its_cluster(
    monkeypatch: pytest.MonkeyPatch, cluster: str, resources: list[str], is_allowed: bool
) -> None:
    statements = [allow("ecs:ExecuteCommand", on=each, if_=ON_CLUSTER) for each in resources]
    request = {"cluster": cluster, "task": "1234", "command": "/bin/sh", "interactive": True}
    message = denied(monkeypatch, statements, "ecs", "ExecuteCommand", request)
    assert (message is None) == is_allowed


@pytest.mark.parametrize(
    ("role", "service", "named"),
    [
        ("dev", "ecs-tasks.amazonaws.com", None),
        ("prod", "ecs-tasks.amazonaws.com", "iam:PassRole"),
        ("dev", "lambda.amazonaws.com", "iam:PassRole"),
    ],
)
def test_a_task_definition_takes_the_permission_to_pass_its_roles_to_ecs(
    monkeypatch: pytest.MonkeyPatch, role: str, service: str, named: str | None
) -> None:
    passes = allow(
        "iam:PassRole",
        on=f"arn:aws:iam::{ACCOUNT}:role/web-dev",
        if_={"StringEquals": {"iam:PassedToService": service}},
    )
    message = denied(
        monkeypatch,
        [allow("ecs:RegisterTaskDefinition"), passes],
        "ecs",
        "RegisterTaskDefinition",
        {"family": "web", "taskRoleArn": f"arn:aws:iam::{ACCOUNT}:role/web-{role}"},
    )
    assert message is None if named is None else f"perform: {named}" in str(message)


def test_tags_take_a_permission_only_where_a_request_has_some(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    statements = [allow("logs:CreateLogGroup")]
    group = {"logGroupName": "web"}
    assert denied(monkeypatch, statements, "logs", "CreateLogGroup", group) is None
    tagged_group = {**group, "tags": {"Environment": "dev"}}
    message = denied(monkeypatch, statements, "logs", "CreateLogGroup", tagged_group)
    assert "logs:TagResource" in str(message)


@pytest.mark.parametrize(("environment", "is_denied"), [("dev", False), ("prod", True)])
def test_the_tags_of_a_secret_are_known_by_the_key_of_its_service(
    monkeypatch: pytest.MonkeyPatch, environment: str, is_denied: bool
) -> None:
    tags = [{"Key": "Environment", "Value": environment}]
    _, _, body = secretsmanager._create_secret({"Name": "login", "SecretString": "1", "Tags": tags})
    own = {"StringEquals": {"secretsmanager:ResourceTag/Environment": "dev"}}
    reads = allow("secretsmanager:GetSecretValue", if_=own)
    wanted = {"SecretId": json.loads(body)["ARN"]}
    message = denied(monkeypatch, [reads], "secretsmanager", "GetSecretValue", wanted)
    assert (message is not None) == is_denied


def passing(role: str, service: str) -> dict[str, Any]:
    return allow("iam:PassRole", on=role, if_={"StringEquals": {"iam:PassedToService": service}})


@pytest.mark.parametrize(
    ("service", "action", "body", "passed_to"),
    [
        (
            "states",
            "CreateStateMachine",
            {"name": "sum", "roleArn": f"arn:aws:iam::{ACCOUNT}:role/sum"},
            "states.amazonaws.com",
        ),
        (
            "states",
            "UpdateStateMachine",
            {"stateMachineArn": "sum", "roleArn": f"arn:aws:iam::{ACCOUNT}:role/sum"},
            "states.amazonaws.com",
        ),
        (
            "ecs",
            "RunTask",
            {
                "cluster": "dev",
                "taskDefinition": "sum",
                "overrides": {"taskRoleArn": f"arn:aws:iam::{ACCOUNT}:role/sum"},
            },
            "ecs-tasks.amazonaws.com",
        ),
    ],
)
def test_a_role_is_passed_only_by_who_may(
    monkeypatch: pytest.MonkeyPatch,
    service: str,
    action: str,
    body: dict[str, Any],
    passed_to: str,
) -> None:
    role = f"arn:aws:iam::{ACCOUNT}:role/sum"
    able = allow(f"{service}:{action}")
    assert "iam:PassRole" in (denied(monkeypatch, [able], service, action, body) or "")
    other = passing(role, "lambda.amazonaws.com")
    assert denied(monkeypatch, [able, other], service, action, body)
    right = passing(role, passed_to)
    assert denied(monkeypatch, [able, right], service, action, body) is None


def test_a_schedule_s_role_is_in_its_target() -> None:
    role = f"arn:aws:iam::{ACCOUNT}:role/sum"
    given = {"Target.RoleArn": role}
    found = further_checks.checks_of(
        "scheduler:CreateSchedule", "*", PLACE, lambda name: given.get(name, "")
    )
    assert [(each.action, each.resource, each.keys) for each in found] == [
        ("iam:PassRole", role, {"iam:PassedToService": "scheduler.amazonaws.com"})
    ]


def test_a_task_has_its_definition_s_roles_and_tags_only_with_a_permission(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    role = f"arn:aws:iam::{ACCOUNT}:role/sum"
    arn = f"arn:aws:ecs:{PLACE}:task-definition/sum:1"
    ecs._task_defs["sum:1"] = {"taskDefinitionArn": arn, "executionRoleArn": role}
    ecs._task_def_latest["sum"] = 1
    body: dict[str, Any] = {"cluster": "dev", "taskDefinition": "sum"}
    able = [allow("ecs:RunTask", on=arn), passing(role, "ecs-tasks.amazonaws.com")]
    assert denied(monkeypatch, able[:1], "ecs", "RunTask", body)
    assert denied(monkeypatch, able, "ecs", "RunTask", body) is None
    body["tags"] = [{"key": "Environment", "value": "dev"}]
    assert "ecs:TagResource" in (denied(monkeypatch, able, "ecs", "RunTask", body) or "")
    tags = allow("ecs:TagResource", on=f"arn:aws:ecs:{PLACE}:task/dev/*")
    assert denied(monkeypatch, [*able, tags], "ecs", "RunTask", body) is None


@pytest.mark.parametrize(
    ("service", "action", "body", "tagging"),
    [
        ("sqs", "CreateQueue", {"QueueName": "q", "tags": {"a": "b"}}, "sqs:TagQueue"),
        (
            "states",
            "CreateStateMachine",
            {"name": "sum", "tags": [{"key": "a", "value": "b"}]},
            "states:TagResource",
        ),
    ],
)
def test_tags_of_queues_and_machines_need_a_permission(
    monkeypatch: pytest.MonkeyPatch,
    service: str,
    action: str,
    body: dict[str, Any],
    tagging: str,
) -> None:
    able = allow(f"{service}:{action}")
    assert tagging in (denied(monkeypatch, [able], service, action, body) or "")
    assert denied(monkeypatch, [able, allow(tagging)], service, action, body) is None


def test_dead_letters_are_moved_by_one_who_may_receive_and_delete_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    dead, other = (f"arn:aws:sqs:{PLACE}:{name}" for name in ("dead", "other"))
    actions = ["StartMessageMoveTask", "ReceiveMessage", "DeleteMessage", "GetQueueAttributes"]
    needed = [allow(f"sqs:{each}", on=dead) for each in actions]
    request = {"SourceArn": dead}
    assert denied(monkeypatch, needed, "sqs", actions[0], request) is None
    for index, action in enumerate(actions):
        rest = needed[:index] + needed[index + 1 :]
        assert f"sqs:{action} " in str(denied(monkeypatch, rest, "sqs", actions[0], request))
    request["DestinationArn"] = other
    assert "sqs:SendMessage" in str(denied(monkeypatch, needed, "sqs", actions[0], request))
    needed.append(allow("sqs:SendMessage", on=other))
    assert denied(monkeypatch, needed, "sqs", actions[0], request) is None


def test_dead_letters_go_back_by_one_who_may_send_to_each_queue_that_they_come_from(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    dead, first, second, other = (
        f"arn:aws:sqs:{PLACE}:{name}" for name in ("dead", "first", "second", "other")
    )
    for name, letters in ((first, dead), (second, dead), (other, f"{dead}-of-others")):
        policy = json.dumps({"deadLetterTargetArn": letters, "maxReceiveCount": 5})
        sqs._queues[name] = {"attributes": {"QueueArn": name, "RedrivePolicy": policy}}
    moves = ("StartMessageMoveTask", "ReceiveMessage", "DeleteMessage", "GetQueueAttributes")
    needed = [allow(*(f"sqs:{each}" for each in moves), on=dead)]
    for source in (first, second):
        message = str(denied(monkeypatch, needed, "sqs", moves[0], {"SourceArn": dead}))
        assert f"sqs:SendMessage on resource: {source}" in message
        needed.append(allow("sqs:SendMessage", on=source))
    assert denied(monkeypatch, needed, "sqs", moves[0], {"SourceArn": dead}) is None


def key(environment: str) -> str:
    """A key with the environment's tag; its ARN."""
    made = kms._create_key(
        {
            "KeySpec": "ECC_NIST_P256",
            "KeyUsage": "SIGN_VERIFY",
            "Tags": [{"TagKey": "Environment", "TagValue": environment}],
        }
    )
    return str(json.loads(made[2])["KeyMetadata"]["Arn"])


KEYS = f"arn:aws:kms:{PLACE}:key/*"


@pytest.mark.parametrize(
    ("on", "environment", "is_denied"),
    [
        (KEYS, "dev", False),
        (KEYS, "prod", True),
        # A policy that names an alias is about the alias, and not about its key.
        (f"arn:aws:kms:{PLACE}:alias/images", "dev", True),
    ],
)
def test_a_key_signs_for_its_own_environment_by_its_alias(
    monkeypatch: pytest.MonkeyPatch, on: str, environment: str, is_denied: bool
) -> None:
    kms._create_alias({"AliasName": "alias/images", "TargetKeyId": key(environment)})
    signs = [allow("kms:Sign", on=on, if_=OWN)]
    message = denied(monkeypatch, signs, "kms", "Sign", {"KeyId": "alias/images"})
    assert (message is not None) == is_denied


def test_a_key_that_is_allowed_by_its_alias_is_denied_by_its_id(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    arn = key("green")
    kms._create_alias({"AliasName": "alias/images", "TargetKeyId": arn})
    condition = {"StringEquals": {"kms:RequestAlias": "alias/images"}}
    statements = [allow("kms:GetPublicKey", on=KEYS, if_=condition)]
    by = {"KeyId": "alias/images"}
    assert denied(monkeypatch, statements, "kms", "GetPublicKey", by) is None
    assert denied(monkeypatch, statements, "kms", "GetPublicKey", {"KeyId": arn}) is not None


@pytest.mark.parametrize(("environment", "is_denied"), [("dev", False), ("prod", True)])
def test_an_alias_takes_a_permission_on_its_key_too(
    monkeypatch: pytest.MonkeyPatch, environment: str, is_denied: bool
) -> None:
    alias = f"arn:aws:kms:{PLACE}:alias/images"
    statements = [
        allow("kms:CreateAlias", "kms:DeleteAlias", on=alias),
        allow("kms:CreateAlias", "kms:DeleteAlias", on=KEYS, if_=OWN),
    ]
    body = {"AliasName": "alias/images", "TargetKeyId": key(environment)}
    message = denied(monkeypatch, statements, "kms", "CreateAlias", body)
    assert (message is not None) == is_denied
    kms._create_alias(body)
    message = denied(monkeypatch, statements, "kms", "DeleteAlias", {"AliasName": "alias/images"})
    assert (message is not None) == is_denied


@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_a_new_key_takes_the_permission_for_its_tags(
    monkeypatch: pytest.MonkeyPatch, environment: str
) -> None:
    body = {"Tags": [{"TagKey": "Environment", "TagValue": environment}]}
    creates = allow("kms:CreateKey", if_=BECOMES_OWN)
    tags = allow("kms:TagResource", on=KEYS, if_=BECOMES_OWN)
    message = denied(monkeypatch, [creates, tags], "kms", "CreateKey", body)
    assert (message is None) == (environment == "dev")
    message = denied(monkeypatch, [creates], "kms", "CreateKey", body)
    assert message is not None


@pytest.mark.parametrize(("role", "is_denied"), [("d*", True), ("*-app-dev", False)])
def test_the_policy_of_a_key_denies_what_iam_allows(
    monkeypatch: pytest.MonkeyPatch, role: str, is_denied: bool
) -> None:
    arn = key("dev")
    root = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
    condition = {"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/{role}"}}
    shared = {"Action": "kms:*", "Resource": "*"}
    statements = [
        {"Effect": "Allow", "Principal": root, **shared},
        {"Effect": "Deny", "Principal": {"AWS": "*"}, "Condition": condition, **shared},
    ]
    kms._put_key_policy({"KeyId": arn, "Policy": json.dumps({"Statement": statements})})
    message = denied(monkeypatch, [allow("kms:Sign", on=KEYS)], "kms", "Sign", {"KeyId": arn})
    assert (message is not None) == is_denied
