import json
from typing import Any

import cbor2
import pytest
from ministack.core import iam_actions
from ministack.services import ec2, ecs, iam, kms, stepfunctions, tagging

ACCOUNT = "000000000000"
FORM = "application/x-www-form-urlencoded"
PLACE = f"us-east-1:{ACCOUNT}"


def resource(service: str, action: str, body: dict[str, Any] | None = None, **query: str) -> str:
    params = {"Action": action, **query} if body is None else {}
    headers = {} if body is None else {"x-amz-target": f"Service.{action}"}
    data = b"" if body is None else json.dumps(body).encode()
    return iam_actions.extract_resource_arn(
        service, "POST", "/", headers, data, params, "us-east-1", ACCOUNT
    )


@pytest.mark.parametrize(
    ("service", "action", "body", "expected"),
    [
        ("ecs", "CreateService", {"cluster": "dev", "serviceName": "web"}, "service/dev/web"),
        (
            "ecs",
            "UpdateService",
            {"cluster": f"arn:aws:ecs:{PLACE}:cluster/dev", "service": "web"},
            "service/dev/web",
        ),
        ("ecs", "RegisterTaskDefinition", {"family": "web"}, "task-definition/web:*"),
        ("ecs", "DescribeClusters", {"clusters": ["dev"]}, "cluster/dev"),
        ("ecr", "DescribeRepositories", {"repositoryNames": ["dev/web"]}, "repository/dev/web"),
        ("servicediscovery", "GetNamespace", {"Id": "ns-1"}, "namespace/ns-1"),
        ("application-autoscaling", "PutScalingPolicy", {}, "scalable-target/*"),
        ("ssm", "PutParameter", {"Name": "/dev/web/KEY"}, "parameter/dev/web/KEY"),
        ("ssm", "GetParameters", {"Names": ["/dev/web/KEY"]}, "parameter/dev/web/KEY"),
        ("ssm", "DeleteParameters", {"Names": ["KEY"]}, "parameter/KEY"),
    ],
)
def test_a_request_is_about_what_aws_says(
    service: str, action: str, body: dict[str, Any], expected: str
) -> None:
    assert resource(service, action, body) == f"arn:aws:{service}:{PLACE}:{expected}"


@pytest.mark.parametrize(
    ("service", "method", "path", "headers", "expected"),
    [
        ("s3", "PUT", "/states/key", {"content-type": FORM}, "s3:PutObject"),
        (
            "ecs",
            "POST",
            "/",
            {"x-amz-target": "A.ListTasks", "content-type": FORM},
            "ecs:ListTasks",
        ),
        ("ecs", "POST", "/taskdefinitions", {}, "ecs:OperationThatDoesNotExist"),
        ("ecs", "POST", "/tasks", {"content-type": FORM}, "ecs:OperationThatDoesNotExist"),
        ("iam", "POST", "/", {"content-type": FORM}, "iam:GetRole"),
    ],
)
def test_an_action_is_what_the_service_does_and_no_word_beside_it(
    service: str, method: str, path: str, headers: dict[str, str], expected: str
) -> None:
    body, query = b"Action=GetRole", {"Action": ["GetRole"]}
    for words in ((body, {}), (b"", query)):
        found = iam_actions.extract_iam_action(service, method, path, headers, *words)
        assert found == expected


def test_what_does_not_exist_yet_is_asked_for_by_its_kind() -> None:
    assert resource("ec2", "CreateVpc") == f"arn:aws:ec2:{PLACE}:vpc/*"
    assert resource("ec2", "CreateSubnet", VpcId="vpc-1") == f"arn:aws:ec2:{PLACE}:subnet/*"


def test_a_tag_is_put_on_the_resource_that_its_id_says() -> None:
    found = resource("ec2", "CreateTags", **{"ResourceId.1": "eipalloc-1"})
    assert found == f"arn:aws:ec2:{PLACE}:elastic-ip/eipalloc-1"


def test_an_association_is_ended_in_the_name_of_its_route_table() -> None:
    association = {"RouteTableAssociationId": "rtbassoc-1"}
    ec2._route_tables["rtb-1"] = {"Associations": [association]}
    try:
        found = resource("ec2", "DisassociateRouteTable", AssociationId="rtbassoc-1")
    finally:
        del ec2._route_tables["rtb-1"]
    assert found == f"arn:aws:ec2:{PLACE}:route-table/rtb-1"


def test_what_is_not_listed_stays_as_the_emulator_has_it() -> None:
    assert resource("iam", "GetRole", RoleName="web") == f"arn:aws:iam::{ACCOUNT}:role/web"


def test_the_tags_of_a_new_vpc_are_conditions() -> None:
    params = {
        "Action": "CreateVpc",
        "TagSpecification.1.Tag.1.Key": "Environment",
        "TagSpecification.1.Tag.1.Value": "dev",
    }
    keys = iam_actions.request_tag_context("ec2", "ec2:CreateVpc", b"", params)
    assert keys["aws:requesttag/environment"] == "dev"


def test_the_names_of_changed_records_are_a_condition() -> None:
    body = b"<ChangeBatch><Name>WWW.Example.com.</Name><Name>a.example.com</Name></ChangeBatch>"
    action = "route53:ChangeResourceRecordSets"
    keys = iam_actions.request_tag_context("route53", action, body, {})
    name = "route53:ChangeResourceRecordSetsNormalizedRecordNames"
    assert keys[name] == ["www.example.com", "a.example.com"]


def test_a_change_of_records_is_named_by_its_id() -> None:
    found = iam_actions.extract_resource_arn(
        "route53", "GET", "/2013-04-01/change/C123", {}, b"", {}, "us-east-1", ACCOUNT
    )
    assert found == "arn:aws:route53:::change/C123"


def test_the_boundary_of_a_role_is_a_condition_of_what_is_done_to_it() -> None:
    created = {"RoleName": "web", "PermissionsBoundary": "arn:aws:iam::1:policy/new"}
    keys = iam_actions.request_tag_context("iam", "iam:CreateRole", b"", created)
    assert keys["iam:PermissionsBoundary"] == "arn:aws:iam::1:policy/new"
    iam._roles["web"] = {"PermissionsBoundary": "arn:aws:iam::1:policy/old"}
    try:
        changed = iam_actions.request_tag_context(
            "iam", "iam:PutRolePolicy", b"", {"RoleName": "web"}
        )
    finally:
        del iam._roles["web"]
    assert changed["iam:PermissionsBoundary"] == "arn:aws:iam::1:policy/old"


def test_the_definition_of_a_service_is_a_condition(monkeypatch: pytest.MonkeyPatch) -> None:
    arn = f"arn:aws:ecs:{PLACE}:task-definition/web:3"
    monkeypatch.setattr(ecs, "_task_defs", {"web:3": {"taskDefinitionArn": arn}})

    def asked(**request: str) -> Any:
        body = json.dumps({"cluster": "dev", **request}).encode()
        keys = iam_actions.request_tag_context("ecs", "ecs:UpdateService", body, {})
        return keys.get("ecs:task-definition")

    assert asked(taskDefinition=arn) == asked(taskDefinition="web:3") == arn
    assert asked(taskDefinition="gone:1") == "gone:1"
    assert asked() is None


def test_the_targets_of_a_rule_are_a_condition() -> None:
    arns = [f"arn:aws:sns:{PLACE}:{name}" for name in ("alarms-dev", "alarms-prod")]
    body = json.dumps({"Rule": "failed", "Targets": [{"Id": "1", "Arn": arn} for arn in arns]})
    keys = iam_actions.request_tag_context("events", "events:PutTargets", body.encode(), {})
    assert keys["events:TargetArn"] == arns


def test_whatever_an_alarm_sets_off_is_a_condition() -> None:
    request = {"AlarmActions": ["a", "b"], "OKActions": ["c"], "InsufficientDataActions": ["d"]}
    query = {
        # A list of the query protocol may have gaps.
        "AlarmActions.member.1": ["a"],
        "AlarmActions.member.7": ["b"],
        "OKActions.member.1": ["c"],
        "InsufficientDataActions.member.2": ["d"],
    }
    for body, params in (
        (json.dumps(request).encode(), {}),
        (cbor2.dumps(request), {}),
        (b"", query),
    ):
        keys = iam_actions.request_tag_context(
            "monitoring", "cloudwatch:PutMetricAlarm", body, params
        )
        assert keys["cloudwatch:AlarmActions"] == ["a", "b", "c", "d"]


def test_every_name_of_a_certificate_is_a_condition() -> None:
    request = {"DomainName": "Dev.example.com", "SubjectAlternativeNames": ["example.com"]}
    keys = iam_actions.request_tag_context(
        "acm", "acm:RequestCertificate", json.dumps(request).encode(), {}
    )
    assert keys["acm:DomainNames"] == ["dev.example.com", "example.com"]


def test_the_tags_of_a_vpc_are_known() -> None:
    ec2._tags["vpc-1"] = [{"Key": "Environment", "Value": "dev"}]
    try:
        assert tagging.resource_tags(f"arn:aws:ec2:{PLACE}:vpc/vpc-1") == {"Environment": "dev"}
    finally:
        del ec2._tags["vpc-1"]
    assert tagging.resource_tags(f"arn:aws:ec2:{PLACE}:vpc/vpc-1") == {}


@pytest.mark.parametrize(
    ("service", "action", "body", "expected"),
    [
        (
            "sqs",
            "SendMessage",
            {"QueueUrl": f"http://172.20.0.2:4566/{ACCOUNT}/dev-exports"},
            "dev-exports",
        ),
        ("sqs", "CreateQueue", {"QueueName": "dev-exports"}, "dev-exports"),
        ("states", "CreateStateMachine", {"name": "dev-sum"}, "stateMachine:dev-sum"),
        (
            "states",
            "StartExecution",
            {"stateMachineArn": f"arn:aws:states:{PLACE}:stateMachine:dev-sum", "name": "1"},
            "stateMachine:dev-sum",
        ),
        (
            "states",
            "DescribeExecution",
            {"executionArn": f"arn:aws:states:{PLACE}:execution:dev-sum:1"},
            "execution:dev-sum:1",
        ),
        (
            "states",
            "TagResource",
            {"resourceArn": f"arn:aws:states:{PLACE}:stateMachine:dev-sum"},
            "stateMachine:dev-sum",
        ),
        ("ecs", "StopTask", {"cluster": "dev", "task": "1234"}, "task/dev/1234"),
        ("ecs", "ExecuteCommand", {"cluster": "dev", "task": "1234"}, "task/dev/1234"),
        ("ecs", "ListTasks", {"cluster": "dev"}, "container-instance/dev/*"),
    ],
)
def test_what_workers_and_jobs_ask_is_about_what_aws_says(
    service: str, action: str, body: dict[str, Any], expected: str
) -> None:
    assert resource(service, action, body) == f"arn:aws:{service}:{PLACE}:{expected}"


def test_a_task_is_run_from_the_revision_that_it_will_have() -> None:
    arn = f"arn:aws:ecs:{PLACE}:task-definition/dev-sum:1"
    ecs._task_defs["dev-sum:1"] = {"taskDefinitionArn": arn}
    ecs._task_def_latest["dev-sum"] = 1
    for given in ("dev-sum", "dev-sum:1", arn):
        assert resource("ecs", "RunTask", {"cluster": "dev", "taskDefinition": given}) == arn


@pytest.mark.parametrize(
    ("method", "path", "body", "expected"),
    [
        ("POST", "/schedules/sum", {"GroupName": "dev"}, "schedule/dev/sum"),
        ("POST", "/schedules/sum", {}, "schedule/default/sum"),
        ("DELETE", "/schedules/sum", None, "schedule/dev/sum"),
        ("GET", "/schedule-groups/dev", None, "schedule-group/dev"),
    ],
)
def test_a_schedule_is_named_with_its_group(
    method: str, path: str, body: dict[str, Any] | None, expected: str
) -> None:
    query = {} if body is not None else {"groupName": ["dev"]}
    data = b"" if body is None else json.dumps(body).encode()
    found = iam_actions.extract_resource_arn(
        "scheduler", method, path, {}, data, query, "us-east-1", ACCOUNT
    )
    assert found == f"arn:aws:scheduler:{PLACE}:{expected}"


def test_the_tags_of_a_state_machine_and_of_a_task_definition_are_known() -> None:
    tags = [{"key": "Environment", "value": "dev"}]
    machine = f"arn:aws:states:{PLACE}:stateMachine:dev-sum"
    definition = f"arn:aws:ecs:{PLACE}:task-definition/dev-sum:1"
    stepfunctions._tags[machine] = ecs._tags[definition] = tags
    try:
        for arn in (machine, definition):
            assert tagging.resource_tags(arn) == {"Environment": "dev"}
    finally:
        del stepfunctions._tags[machine], ecs._tags[definition]


@pytest.mark.parametrize(("propagated", "known"), [("SERVICE", "dev"), ("NONE", None)])
def test_a_task_has_the_tags_of_a_service_that_propagates_them(
    propagated: str, known: str | None
) -> None:
    service = f"arn:aws:ecs:{PLACE}:service/dev/web"
    task = f"arn:aws:ecs:{PLACE}:task/dev/1234"
    cluster = f"arn:aws:ecs:{PLACE}:cluster/dev"
    ecs._tags[service] = [{"key": "Environment", "value": "dev"}]
    ecs._services["dev/web"] = {"serviceArn": service, "propagateTags": propagated}
    ecs._tasks[task] = {"taskArn": task, "clusterArn": cluster, "group": "service:web"}
    try:
        assert (tagging.resource_tags(task) or {}).get("Environment") == known
    finally:
        del ecs._tags[service], ecs._services["dev/web"], ecs._tasks[task]


@pytest.mark.parametrize("action", ["SendMessage", "DeleteMessage", "ChangeMessageVisibility"])
def test_a_batch_of_messages_needs_the_action_of_a_single_one(action: str) -> None:
    headers = {"x-amz-target": f"AmazonSQS.{action}Batch"}
    found = iam_actions.extract_iam_action("sqs", "POST", "/", headers, b"{}", {})
    assert found == f"sqs:{action}"


@pytest.mark.parametrize("name", ["1a2b", f"arn:aws:kms:{PLACE}:key/1a2b", "alias/images"])
def test_a_key_is_named_by_itself_however_a_request_names_it(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    arn = f"arn:aws:kms:{PLACE}:key/1a2b"
    monkeypatch.setattr(kms, "_keys", {"1a2b": {"KeyId": "1a2b", "Arn": arn}})
    monkeypatch.setattr(kms, "_aliases", {f"arn:aws:kms:{PLACE}:alias/images": "1a2b"})
    assert resource("kms", "Sign", {"KeyId": name}) == arn


def test_a_request_about_an_alias_is_about_that() -> None:
    body = {"AliasName": "alias/images", "TargetKeyId": "1a2b"}
    assert resource("kms", "CreateAlias", body) == f"arn:aws:kms:{PLACE}:alias/images"


@pytest.mark.parametrize(
    ("name", "alias"),
    [
        ("alias/images", "alias/images"),
        (f"arn:aws:kms:{PLACE}:alias/dev/images", "alias/dev/images"),
        ("1a2b", None),
        (f"arn:aws:kms:{PLACE}:key/1a2b", None),
    ],
)
def test_the_alias_of_a_request_is_a_condition(name: str, alias: str | None) -> None:
    body = json.dumps({"KeyId": name}).encode()
    keys = iam_actions.request_tag_context("kms", "kms:Sign", body, {})
    assert keys.get("kms:RequestAlias") == alias


@pytest.mark.parametrize(
    ("action", "body", "spec"),
    [
        ("CreateKey", {}, "SYMMETRIC_DEFAULT"),
        ("CreateKey", {"KeySpec": "ECC_NIST_P256", "KeyUsage": "SIGN_VERIFY"}, "ECC_NIST_P256"),
        ("ScheduleKeyDeletion", {"KeyId": "1a2b"}, "RSA_2048"),
        ("CreateAlias", {"AliasName": "alias/new", "TargetKeyId": "1a2b"}, "RSA_2048"),
        ("Sign", {"KeyId": "none"}, None),
    ],
)
def test_what_a_key_is_for_is_a_condition(
    monkeypatch: pytest.MonkeyPatch, action: str, body: dict[str, str], spec: str | None
) -> None:
    key = {"KeyId": "1a2b", "Arn": "arn", "KeySpec": "RSA_2048", "KeyUsage": "SIGN_VERIFY"}
    monkeypatch.setattr(kms, "_keys", {"1a2b": key})
    given = json.dumps(body).encode()
    keys = iam_actions.request_tag_context("kms", f"kms:{action}", given, {})
    assert keys.get("kms:KeySpec") == spec
