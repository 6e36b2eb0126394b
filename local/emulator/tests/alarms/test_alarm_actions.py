import json
from collections.abc import Iterator
from typing import Any

import pytest
from ministack.services import cloudwatch, kms

from ..sdk import client
from .alarms import (
    ACCOUNT,
    TOPIC,
    described,
    history,
    may_publish,
    measure,
    pass_minutes,
    put,
    received,
    topic_with_queue,
)
from .test_evaluation import of_math

CLOUDWATCH = "cloudwatch.amazonaws.com"
FROM_HERE = {
    "StringEquals": {"aws:SourceAccount": ACCOUNT},
    "ArnLike": {"aws:SourceArn": f"arn:aws:cloudwatch:us-east-1:{ACCOUNT}:alarm:*"},
}


def alarm_and_back(**changes: Any) -> None:
    """An alarm goes off, stays so for a minute, and is over."""
    put(AlarmActions=[TOPIC], OKActions=[TOPIC], **changes)
    for minute, value in ((1, 3), (2, 3), (3, 0)):
        measure(minute, value)
    pass_minutes(1, 2, 3)


def messages() -> list[dict[str, Any]]:
    return [json.loads(each) for each in received()]


def errors() -> list[str | None]:
    return [json.loads(each["HistoryData"])["error"] for each in history("Action")]


def test_each_change_of_state_is_told_once() -> None:
    topic_with_queue(may_publish(CLOUDWATCH, **FROM_HERE))
    alarm_and_back()
    told = [(each["OldStateValue"], each["NewStateValue"]) for each in messages()]
    assert told == [("INSUFFICIENT_DATA", "ALARM"), ("ALARM", "OK")]
    assert errors() == [None, None]
    (first, _) = history("Action")
    assert first["HistorySummary"] == f"Successfully executed action {TOPIC}"


def test_the_message_is_as_aws_documents_it() -> None:
    topic_with_queue(may_publish(CLOUDWATCH))
    alarm_and_back(AlarmDescription="What to do first")
    message, alarm = messages()[0], described()
    assert message["AlarmName"] == "errors"
    assert message["AlarmDescription"] == "What to do first"
    assert message["AWSAccountId"] == ACCOUNT
    assert message["Region"] == "US East (N. Virginia)"
    assert message["AlarmArn"] == alarm["AlarmArn"]
    assert message["NewStateReason"].startswith("Threshold Crossed: 1 out of the last 1 datapoint")
    assert message["StateChangeTime"].endswith("+0000")
    assert message["AlarmActions"] == message["OKActions"] == [TOPIC]
    assert message["Trigger"] == {
        "MetricName": "Errors",
        "Namespace": "Own",
        "StatisticType": "Statistic",
        "Statistic": "SUM",
        "Unit": None,
        "Dimensions": [{"value": "app", "name": "Service"}],
        "Period": 60,
        "EvaluationPeriods": 1,
        "ComparisonOperator": "GreaterThanThreshold",
        "Threshold": 2.0,
        "TreatMissingData": "missing",
        "EvaluateLowSampleCountPercentile": "",
    }


def test_the_message_of_metric_math_has_its_metrics() -> None:
    topic_with_queue(may_publish(CLOUDWATCH))
    of_math("FILL(errors, 9)", AlarmActions=[TOPIC])
    pass_minutes(1)
    (message,) = messages()
    metric, _, share = message["Trigger"]["Metrics"]
    assert metric["MetricStat"]["Metric"]["Dimensions"] == [{"value": "app", "name": "Service"}]
    assert share == {"Id": "share", "Expression": "FILL(errors, 9)", "ReturnData": True}
    assert "MetricName" not in message["Trigger"]


def test_disabled_actions_tell_nobody() -> None:
    topic_with_queue(may_publish(CLOUDWATCH))
    alarm_and_back(ActionsEnabled=False)
    assert described()["StateValue"] == "OK"
    assert received() == []
    assert history("Action") == []


def test_a_missing_state_has_actions_of_its_own() -> None:
    topic_with_queue(may_publish(CLOUDWATCH))
    put(InsufficientDataActions=[TOPIC])
    measure(1, 0)
    pass_minutes(1, 9)
    assert [each["NewStateValue"] for each in messages()] == ["INSUFFICIENT_DATA"]


def test_a_state_that_is_set_is_told_too() -> None:
    topic_with_queue(may_publish(CLOUDWATCH))
    put(AlarmActions=[TOPIC])
    client("cloudwatch").set_alarm_state(
        AlarmName="errors", StateValue="ALARM", StateReason="a test"
    )
    assert [each["NewStateReason"] for each in messages()] == ["a test"]


OTHER_ACCOUNT = {"StringEquals": {"aws:SourceAccount": "111111111111"}}
OTHER_ALARM = {"ArnLike": {"aws:SourceArn": f"arn:aws:cloudwatch:*:{ACCOUNT}:alarm:prod-*"}}


@pytest.mark.parametrize(
    "statement",
    [
        may_publish("events.amazonaws.com"),
        may_publish(CLOUDWATCH, **OTHER_ACCOUNT),
        may_publish(CLOUDWATCH, **OTHER_ALARM),
    ],
)
def test_a_policy_that_does_not_let_cloudwatch_publish_fails_the_action(
    statement: dict[str, Any],
) -> None:
    topic_with_queue(statement)
    alarm_and_back()
    assert received() == []
    error = (
        f"CloudWatch Alarms is not authorized to perform: SNS:Publish on resource: {TOPIC} because "
        "no resource-based policy allows the SNS:Publish action"
    )
    assert errors() == [error, error]
    summary = f'Failed to execute action {TOPIC}. Received error: "{error}"'
    assert history("Action")[0]["HistorySummary"] == summary


def test_the_policy_that_a_topic_has_of_sns_lets_the_account_s_alarms_publish() -> None:
    topic_with_queue()
    alarm_and_back()
    assert len(received()) == 2


def test_a_policy_that_denies_requests_without_tls_denies_no_alarm() -> None:
    deny = {
        "Sid": "tls",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "sns:Publish",
        "Resource": TOPIC,
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    topic_with_queue(may_publish(CLOUDWATCH), deny)
    alarm_and_back()
    assert len(received()) == 2


def test_a_topic_that_is_gone_fails_the_action() -> None:
    alarm_and_back()
    assert errors() == [f"Topic does not exist: {TOPIC}"] * 2


def test_an_action_that_is_not_carried_out_is_a_failed_one() -> None:
    put(AlarmActions=[TOPIC])
    # As of a composite alarm, whose actions are not checked.
    action = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:wake"
    cloudwatch._alarms["errors"]["AlarmActions"] = [action]
    measure(1, 3)
    pass_minutes(1)
    assert errors() == [
        f"{action} is no topic of this account and region; the local AWS has no other actions"
    ]


def test_a_topic_that_refuses_a_message_stops_no_other_action() -> None:
    topic_with_queue(may_publish(CLOUDWATCH))
    client("sns").create_topic(Name="alarms.fifo", Attributes={"FifoTopic": "true"})
    put(AlarmActions=[f"{TOPIC}.fifo", TOPIC])
    measure(1, 3)
    assert pass_minutes(1) == ["ALARM"]
    assert len(received()) == 1
    (refused, told) = errors()
    assert "MessageGroupId parameter is required for FIFO topics" in str(refused)
    assert told is None


KEY_ERROR = "CloudWatch Alarms does not have authorization to access the SNS topic encryption key."


def test_a_topic_with_the_key_that_aws_manages_cannot_be_published_to() -> None:
    topic_with_queue(may_publish(CLOUDWATCH), KmsMasterKeyId="alias/aws/sns")
    alarm_and_back()
    assert (received(), errors()) == ([], [KEY_ERROR] * 2)


@pytest.fixture
def key() -> Iterator[dict[str, Any]]:
    """Return a customer's key without a policy."""
    record = {"Arn": f"arn:aws:kms:us-east-1:{ACCOUNT}:key/own", "Policy": ""}
    kms._keys["own"] = record
    yield record
    kms._keys.clear()


@pytest.mark.parametrize(
    ("actions", "error"),
    [
        (["kms:Decrypt", "kms:GenerateDataKey*"], None),
        (["kms:Decrypt"], KEY_ERROR),
        (["kms:GenerateDataKey*"], KEY_ERROR),
    ],
)
def test_a_customer_s_key_lets_cloudwatch_use_it(
    key: dict[str, Any], actions: list[str], error: str | None
) -> None:
    lets = {"Effect": "Allow", "Principal": {"Service": CLOUDWATCH}, "Resource": "*"}
    key["Policy"] = json.dumps({"Statement": [{**lets, "Action": actions}]})
    topic_with_queue(may_publish(CLOUDWATCH), KmsMasterKeyId="own")
    alarm_and_back()
    assert errors() == [error, error]
