import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from ministack.services import eventbridge

from extensions.metrics import series

from ..alarms.alarms import ACCOUNT, TOPIC, may_publish, received, topic_with_queue
from ..sdk import client

EVENTS = "events.amazonaws.com"
SERVICE = f"arn:aws:ecs:us-east-1:{ACCOUNT}:service/dev/app"
PATTERN = {
    "source": ["aws.ecs"],
    "detail-type": ["ECS Deployment State Change"],
    "detail": {"eventName": ["SERVICE_DEPLOYMENT_FAILED"]},
    "resources": [{"prefix": f"arn:aws:ecs:us-east-1:{ACCOUNT}:service/dev/"}],
}


def rule(pattern: dict[str, Any] = PATTERN, **target: Any) -> None:
    events = client("events")
    events.put_rule(Name="failed", EventPattern=json.dumps(pattern))
    events.put_targets(Rule="failed", Targets=[{"Id": "topic", "Arn": TOPIC, **target}])


def put(name: str = "SERVICE_DEPLOYMENT_FAILED", resource: str = SERVICE) -> None:
    entry = {
        "Source": "aws.ecs",
        "DetailType": "ECS Deployment State Change",
        "Detail": json.dumps({"eventName": name, "reason": "tasks failed to start."}),
        "Resources": [resource],
    }
    eventbridge._put_events({"Entries": [entry]}, allow_aws_source=True)


def count(metric: str) -> float:
    found = series.read(("AWS/Events", metric), {"RuleName": "failed"}, "Sum", lambda moment: 0)
    return found.get(0, 0)


def test_an_event_reaches_the_topic_as_the_rule_writes_it() -> None:
    topic_with_queue(may_publish(EVENTS))
    paths = {"service": "$.resources[0]", "reason": "$.detail.reason"}
    template = '"The deployment of <service> failed: <reason>"'
    rule(InputTransformer={"InputPathsMap": paths, "InputTemplate": template})
    put()
    assert received() == [f'"The deployment of {SERVICE} failed: tasks failed to start."']
    assert (count("Invocations"), count("FailedInvocations")) == (1, 0)


@pytest.mark.parametrize(
    ("name", "resource"),
    [
        ("SERVICE_DEPLOYMENT_COMPLETED", SERVICE),
        ("SERVICE_DEPLOYMENT_FAILED", f"arn:aws:ecs:us-east-1:{ACCOUNT}:service/prod/app"),
    ],
)
def test_another_event_and_another_cluster_do_not_match(name: str, resource: str) -> None:
    topic_with_queue(may_publish(EVENTS))
    rule()
    put(name, resource)
    assert received() == []


def test_a_resource_is_matched_exactly() -> None:
    topic_with_queue(may_publish(EVENTS))
    rule({**PATTERN, "resources": [SERVICE]})
    put(resource=f"{SERVICE}-2")
    assert received() == []
    put()
    assert len(received()) == 1


@pytest.mark.parametrize(
    "statement",
    [
        may_publish("cloudwatch.amazonaws.com"),
        # EventBridge tells neither.
        may_publish(EVENTS, StringEquals={"aws:SourceAccount": ACCOUNT}),
        may_publish(EVENTS, ArnLike={"aws:SourceArn": "arn:aws:events:*:*:rule/*"}),
        # So that the policy that a topic has of SNS does not suffice.
        None,
    ],
)
def test_a_policy_that_does_not_let_eventbridge_publish_fails_the_invocation(
    statement: dict[str, Any] | None,
) -> None:
    topic_with_queue(*filter(None, [statement]))
    rule()
    put()
    assert received() == []
    assert (count("Invocations"), count("FailedInvocations")) == (1, 1)


@pytest.mark.parametrize(
    "arn",
    [
        f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:f",
        f"arn:aws:sqs:us-east-1:{ACCOUNT}:inbox",
        f"arn:aws:events:us-east-1:{ACCOUNT}:api-destination/d/1",
    ],
)
def test_other_targets_are_refused(arn: str) -> None:
    with pytest.raises(ClientError, match=r"ValidationException.*the local AWS has no other"):
        rule(Arn=arn)
    assert not any(eventbridge._targets.values())


def test_a_template_that_nothing_can_fill_is_refused() -> None:
    template = {"InputPathsMap": {}, "InputTemplate": '"<reason>"'}
    with pytest.raises(ClientError, match=r"ValidationException.*invalid placeholder reason"):
        rule(InputTransformer=template)
    assert not any(eventbridge._targets.values())
