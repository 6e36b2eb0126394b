"""What policies say of alarms, dashboards, rules and topics."""

import re
from collections.abc import Iterator
from typing import Any

import cbor2
import pytest
from ministack.core import iam_actions
from ministack.services import cloudwatch, eventbridge, sns, tagging

from extensions.iam.request_fields import fields

from ..sdk import client
from .test_further_checks import allow, denied

ACCOUNT = "000000000000"
PLACE = f"us-east-1:{ACCOUNT}"
ALARM = f"arn:aws:cloudwatch:{PLACE}:alarm:errors"
DASHBOARD = f"arn:aws:cloudwatch::{ACCOUNT}:dashboard/dev"
RULE = f"arn:aws:events:{PLACE}:rule/failed"
TOPIC = f"arn:aws:sns:{PLACE}:alarms"
TAGS = [{"Key": "Environment", "Value": "dev"}]
TAGGED = {"Tags.member.1.Key": "Environment", "Tags.member.1.Value": "dev"}


@pytest.fixture(autouse=True)
def _clean(metrics: None) -> Iterator[None]:
    del metrics
    yield
    for service in (cloudwatch, eventbridge, sns):
        service.reset()


QUERIES = [
    ("monitoring", "PutMetricAlarm", {"AlarmName": "errors"}, ALARM),
    ("monitoring", "DescribeAlarms", {"AlarmNames.member.1": "errors"}, ALARM),
    ("monitoring", "DeleteAlarms", {"AlarmNames.member.1": "errors"}, ALARM),
    ("monitoring", "SetAlarmState", {"AlarmName": "errors"}, ALARM),
    ("monitoring", "ListTagsForResource", {"ResourceARN": ALARM}, ALARM),
    ("monitoring", "PutDashboard", {"DashboardName": "dev"}, DASHBOARD),
    ("monitoring", "DeleteDashboards", {"DashboardNames.member.1": "dev"}, DASHBOARD),
    ("sns", "CreateTopic", {"Name": "alarms"}, TOPIC),
    ("sns", "SetTopicAttributes", {"TopicArn": TOPIC}, TOPIC),
    ("sns", "Subscribe", {"TopicArn": TOPIC}, TOPIC),
    ("sns", "TagResource", {"ResourceArn": TOPIC}, TOPIC),
    ("sns", "GetSubscriptionAttributes", {"SubscriptionArn": f"{TOPIC}:1"}, TOPIC),
    ("sns", "SetSubscriptionAttributes", {"SubscriptionArn": f"{TOPIC}:1"}, TOPIC),
    ("sns", "Unsubscribe", {"SubscriptionArn": f"{TOPIC}:1"}, TOPIC),
]
DOCUMENTS = [
    ("events", "PutRule", {"Name": "failed"}, RULE),
    ("events", "PutTargets", {"Rule": "failed"}, RULE),
    ("events", "ListTagsForResource", {"ResourceARN": RULE}, RULE),
    ("monitoring", "PutMetricAlarm", {"AlarmName": "errors"}, ALARM),
    ("monitoring", "DeleteAlarms", {"AlarmNames": ["errors"]}, ALARM),
]


@pytest.mark.parametrize(("service", "action", "query", "arn"), QUERIES)
def test_a_request_of_the_query_protocol_needs_a_permission_for_its_resource(
    monkeypatch: pytest.MonkeyPatch, service: str, action: str, query: dict[str, str], arn: str
) -> None:
    namespace = arn.split(":")[2]
    permitted = [allow(f"{namespace}:{action}", on=arn)]
    assert denied(monkeypatch, permitted, service, action, **query) is None
    other = [allow(f"{namespace}:{action}", on=f"{arn}-2")]
    assert denied(monkeypatch, other, service, action, **query) is not None


@pytest.mark.parametrize(("service", "action", "body", "arn"), DOCUMENTS)
def test_a_request_in_json_does_so_too(
    monkeypatch: pytest.MonkeyPatch, service: str, action: str, body: dict[str, Any], arn: str
) -> None:
    namespace = arn.split(":")[2]
    permitted = [allow(f"{namespace}:{action}", on=arn)]
    assert denied(monkeypatch, permitted, service, action, body) is None
    other = [allow(f"{namespace}:{action}", on=f"{arn}-2")]
    assert denied(monkeypatch, other, service, action, body) is not None


REVISION = f"arn:aws:ecs:{PLACE}:service-revision/dev/app/1"
LISTS = [
    ("monitoring", "DeleteAlarms", "AlarmNames", ALARM),
    ("monitoring", "EnableAlarmActions", "AlarmNames", ALARM),
    ("monitoring", "DisableAlarmActions", "AlarmNames", ALARM),
    ("monitoring", "DeleteDashboards", "DashboardNames", DASHBOARD),
    ("ecs", "DescribeServiceRevisions", "serviceRevisionArns", REVISION),
]


@pytest.mark.parametrize(("service", "action", "field", "arn"), LISTS)
def test_each_name_of_a_list_needs_a_permission(
    monkeypatch: pytest.MonkeyPatch, service: str, action: str, field: str, arn: str
) -> None:
    name = arn if service == "ecs" else re.split("[:/]", arn)[-1]
    names = [name, f"{name}-2", f"{name}-3"]
    permissions = [allow(f"{arn.split(':')[2]}:{action}", on=arn + end) for end in ("", "-2", "-3")]
    assert denied(monkeypatch, permissions, service, action, {field: names}) is None
    message = denied(monkeypatch, permissions[:2], service, action, {field: names})
    assert f"{arn}-3" in str(message)
    if service == "monitoring":
        # With a gap, which is read over.
        places = (f"{field}.member.{index}" for index in (1, 2, 4))
        query = dict(zip(places, names, strict=True))
        assert denied(monkeypatch, permissions, service, action, **query) is None
        assert denied(monkeypatch, permissions[:2], service, action, **query) is not None


def test_a_request_in_cbor_has_an_action_a_resource_and_tags() -> None:
    path = "/service/GraniteServiceVersion20100801/operation/PutMetricAlarm"
    body = cbor2.dumps({"AlarmName": "errors", "Tags": TAGS})
    request = ("monitoring", "POST", path, {"smithy-protocol": "rpc-v2-cbor"}, body, {})
    action = iam_actions.extract_iam_action(*request)
    assert action == "cloudwatch:PutMetricAlarm"
    assert iam_actions.extract_resource_arn(*request, "us-east-1", ACCOUNT) == ALARM
    keys = iam_actions.request_tag_context("monitoring", action, body, {})
    assert keys["aws:requesttag/environment"] == "dev"


@pytest.mark.parametrize(
    ("service", "action", "query", "tagging_action"),
    [
        ("monitoring", "PutMetricAlarm", {"AlarmName": "errors"}, "cloudwatch:TagResource"),
        ("sns", "CreateTopic", {"Name": "alarms"}, "sns:TagResource"),
    ],
)
def test_tags_of_a_new_resource_need_a_permission(
    monkeypatch: pytest.MonkeyPatch,
    service: str,
    action: str,
    query: dict[str, str],
    tagging_action: str,
) -> None:
    namespace = tagging_action.partition(":")[0]
    able = allow(f"{namespace}:{action}")
    assert denied(monkeypatch, [able], service, action, **query) is None
    message = denied(monkeypatch, [able], service, action, **query, **TAGGED)
    assert f"perform: {tagging_action}" in str(message)
    both = [able, allow(tagging_action)]
    assert denied(monkeypatch, both, service, action, **query, **TAGGED) is None


def test_tags_of_a_new_rule_need_a_permission(monkeypatch: pytest.MonkeyPatch) -> None:
    body = {"Name": "failed", "Tags": TAGS}
    able = allow("events:PutRule")
    message = denied(monkeypatch, [able], "events", "PutRule", body)
    assert "perform: events:TagResource" in str(message)
    assert denied(monkeypatch, [able, allow("events:TagResource")], "events", "PutRule", body) is (
        None
    )


def create(environment: str) -> None:
    tags = [{"Key": "Environment", "Value": environment}]
    client("cloudwatch").put_metric_alarm(
        AlarmName="errors",
        Namespace="Own",
        MetricName="Errors",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
        Tags=tags,
    )
    client("events").put_rule(Name="failed", EventPattern='{"source":["aws.ecs"]}', Tags=tags)
    client("sns").create_topic(Name="alarms", Tags=tags)


def test_their_tags_are_known() -> None:
    create("dev")
    assert [tagging.resource_tags(arn) for arn in (ALARM, RULE, TOPIC)] == [
        {"Environment": "dev"}
    ] * 3


@pytest.mark.parametrize(("environment", "is_denied"), [("dev", False), ("prod", True)])
@pytest.mark.parametrize(
    ("service", "action", "query"),
    [
        ("monitoring", "cloudwatch:DeleteAlarms", {"AlarmNames.member.1": "errors"}),
        ("sns", "sns:DeleteTopic", {"TopicArn": TOPIC}),
    ],
)
def test_a_condition_on_their_tags_holds(
    monkeypatch: pytest.MonkeyPatch,
    environment: str,
    is_denied: bool,
    service: str,
    action: str,
    query: dict[str, str],
) -> None:
    create(environment)
    own = allow(action, if_={"StringEquals": {"aws:ResourceTag/Environment": "dev"}})
    name = action.partition(":")[2]
    assert (denied(monkeypatch, [own], service, name, **query) is not None) == is_denied


def test_the_items_of_a_list_are_read_in_each_protocol() -> None:
    named = {"AlarmNames": ["errors", "others"]}
    query = {"AlarmNames.member.1": ["errors"], "AlarmNames.member.2": ["others"]}
    for read in (fields(b"", query), fields(cbor2.dumps(named), {})):
        assert (read("AlarmNames.0"), read("AlarmNames.1"), read("AlarmNames.2")) == (
            "errors",
            "others",
            "",
        )
