import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from ministack.services import sns

from extensions.topics.publishing import Publisher, refusal

from ..alarms.alarms import ACCOUNT, TOPIC, may_publish
from ..sdk import client

ALLOW = may_publish("cloudwatch.amazonaws.com")


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def set_policy(text: str) -> None:
    client("sns").set_topic_attributes(TopicArn=TOPIC, AttributeName="Policy", AttributeValue=text)


def set_policy_of_new_topic(text: str) -> None:
    client("sns").create_topic(Name="alarms")
    set_policy(text)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("allow", "Policy Error: null"),
        ("[]", "Policy Error: null"),
        (policy(), "must contain principals"),
        (policy({**ALLOW, "Principal": {"AWS": "*"}, "Action": "sns:*"}), "out of service scope"),
        (policy({**ALLOW, "Action": "sqs:SendMessage"}), "out of service scope"),
        (policy({**ALLOW, "Action": ["SNS:Publish", "sns:ListTopics"]}), "out of service scope"),
        (policy({**ALLOW, "Resource": f"{TOPIC}-2"}), f"Resource is {TOPIC}-2; it must be {TOPIC}"),
        (policy({**ALLOW, "Resource": [TOPIC, "*"]}), r"Resource is \*; it must be"),
        ('{"Statement": "allow"}', "Policy Error: null"),
        ('{"Statement": [["allow"]]}', "Policy Error: null"),
        (policy({**ALLOW, "Sid": ["a"]}, {**ALLOW, "Sid": ["a"]}), "must have a unique ID"),
        (policy(ALLOW, ALLOW), "must have a unique ID"),
        (policy({**ALLOW, "Effect": "Maybe"}), "invalid Effect"),
    ],
)
def test_what_is_no_policy_of_a_topic_is_refused(text: str, problem: str) -> None:
    with pytest.raises(ClientError, match=f"InvalidParameter.*{problem}"):
        client("sns").create_topic(Name="alarms", Attributes={"Policy": text})
    assert not sns._topics
    client("sns").create_topic(Name="alarms")
    with pytest.raises(ClientError, match=f"InvalidParameter.*{problem}"):
        set_policy(text)


@pytest.mark.parametrize(
    "action", ["GetDataProtectionPolicy", "PutDataProtectionPolicy", "ListTagsForResource"]
)
def test_further_actions_of_a_topic_are_accepted(action: str) -> None:
    set_policy_of_new_topic(policy({**ALLOW, "Action": ["SNS:Publish", f"sns:{action}"]}))


def test_the_policy_of_the_stacks_is_accepted() -> None:
    """As stacks/platform/alarms/topic.ts writes it."""
    source = f"arn:aws:cloudwatch:us-east-1:{ACCOUNT}:alarm:platform-*-dev"
    alarms = {
        "Sid": "AlarmsPublish",
        "Effect": "Allow",
        "Principal": {"Service": "cloudwatch.amazonaws.com"},
        "Action": "sns:Publish",
        "Resource": [TOPIC],
        "Condition": {
            "StringEquals": {"aws:SourceAccount": ACCOUNT},
            "ArnLike": {"aws:SourceArn": source},
        },
    }
    rules = {
        "Sid": "RulesPublish",
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sns:Publish",
        "Resource": [TOPIC],
    }
    tls = {
        "Sid": "TlsOnly",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "sns:Publish",
        "Resource": [TOPIC],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    set_policy_of_new_topic(policy(alarms, rules, tls))
    alarm = f"arn:aws:cloudwatch:us-east-1:{ACCOUNT}:alarm:platform-api-errors-dev"
    cloudwatch = Publisher("cloudwatch.amazonaws.com", "CloudWatch Alarms")
    assert refusal(cloudwatch, TOPIC, alarm) is None
    assert refusal(cloudwatch, TOPIC, alarm.replace("-dev", "-prod")) is not None
    events = Publisher("events.amazonaws.com", "EventBridge", tells_source=False)
    assert refusal(events, TOPIC, f"arn:aws:events:us-east-1:{ACCOUNT}:rule/failed") is None


def test_a_policy_is_read_back() -> None:
    client("sns").create_topic(Name="alarms")
    deny = {**ALLOW, "Sid": "tls", "Effect": "Deny", "Principal": "*"}
    set_policy(policy(ALLOW, deny))
    attributes = client("sns").get_topic_attributes(TopicArn=TOPIC)["Attributes"]
    assert json.loads(attributes["Policy"])["Statement"] == [ALLOW, deny]
