"""Alarms, topics and queues as a client makes them, and the minutes in which they are evaluated."""

import json
from typing import Any

from ministack.services import sqs

from extensions.alarms import evaluation
from extensions.metrics import series

from ..sdk import client

ACCOUNT = "000000000000"
ERRORS = ("Own", "Errors")
SERVICE = {"Service": "app"}
TOPIC = f"arn:aws:sns:us-east-1:{ACCOUNT}:alarms"
ALARM = {
    "AlarmName": "errors",
    "Namespace": ERRORS[0],
    "MetricName": ERRORS[1],
    "Dimensions": [{"Name": "Service", "Value": "app"}],
    "Statistic": "Sum",
    "Period": 60,
    "EvaluationPeriods": 1,
    "Threshold": 2.0,
    "ComparisonOperator": "GreaterThanThreshold",
}


def put(**changes: Any) -> dict[str, Any]:
    """Create the alarm, or change it; what it is described as. A change of None takes away."""
    request = {name: each for name, each in {**ALARM, **changes}.items() if each is not None}
    client("cloudwatch").put_metric_alarm(**request)
    return described(request["AlarmName"])


def described(name: str = "errors") -> dict[str, Any]:
    (found,) = client("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"]
    return dict(found)


def measure(minute: int, value: float, metric: tuple[str, str] = ERRORS) -> None:
    series.record(metric, SERVICE, value, minute * 60 + 30, "Count")


def pass_minutes(*minutes: int) -> list[str]:
    """Evaluate at the end of each minute; the states of the alarm."""
    states = []
    for minute in minutes:
        evaluation.look(minute * 60 + 30)
        states.append(described()["StateValue"])
    return states


def history(kind: str, name: str = "errors") -> list[dict[str, Any]]:
    """The items of an alarm's history, the oldest first."""
    found = client("cloudwatch").describe_alarm_history(
        AlarmName=name, HistoryItemType=kind, ScanBy="TimestampAscending"
    )
    return list(found["AlarmHistoryItems"])


def topic_with_queue(*statements: dict[str, Any], **attributes: str) -> None:
    """Create a topic with a policy of these statements, read by a queue; none: SNS's own policy."""
    queue = client("sqs").create_queue(QueueName="inbox")["QueueUrl"]
    policy = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
    given = {**({"Policy": policy} if statements else {}), **attributes}
    sns = client("sns")
    sns.create_topic(Name="alarms", Attributes=given)
    arn = f"arn:aws:sqs:us-east-1:{ACCOUNT}:inbox"
    to_queue = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
    }
    allows = json.dumps({"Version": "2012-10-17", "Statement": [to_queue]})
    client("sqs").set_queue_attributes(QueueUrl=queue, Attributes={"Policy": allows})
    sns.subscribe(TopicArn=TOPIC, Protocol="sqs", Endpoint=arn)


def may_publish(service: str, **condition: Any) -> dict[str, Any]:
    """A statement that lets a service publish to the topic."""
    conditions = {"Condition": condition} if condition else {}
    return {
        "Sid": service.partition(".")[0],
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "sns:Publish",
        "Resource": TOPIC,
        **conditions,
    }


def received() -> list[str]:
    """The messages that the queue has got, the oldest first."""
    found = [
        json.loads(each["body"])["Message"]
        for queue in list(sqs._queues.values())
        for each in queue["messages"]
    ]
    return [str(each) for each in found]
