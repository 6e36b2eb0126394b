import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from ministack.services import sns

from ..alarms.alarms import TOPIC, may_publish
from ..sdk import client

ALLOW = may_publish("cloudwatch.amazonaws.com")


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def set_policy(text: str) -> None:
    client("sns").set_topic_attributes(TopicArn=TOPIC, AttributeName="Policy", AttributeValue=text)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("allow", "Policy Error: null"),
        ("[]", "Policy Error: null"),
        (policy(), "must contain principals"),
        (policy({**ALLOW, "Principal": {"AWS": "*"}, "Action": "sns:*"}), "out of service scope"),
        (policy({**ALLOW, "Action": "sqs:SendMessage"}), "out of service scope"),
        (policy({**ALLOW, "Action": ["SNS:Publish", "sns:ListTopics"]}), "out of service scope"),
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


def test_a_policy_is_read_back() -> None:
    client("sns").create_topic(Name="alarms")
    deny = {**ALLOW, "Sid": "tls", "Effect": "Deny", "Principal": "*"}
    set_policy(policy(ALLOW, deny))
    attributes = client("sns").get_topic_attributes(TopicArn=TOPIC)["Attributes"]
    assert json.loads(attributes["Policy"])["Statement"] == [ALLOW, deny]
