"""The actions of an alarm that changes state: messages to topics, as CloudWatch publishes them.

MiniStack publishes a part of the message to any topic, and notes nothing. On AWS the topic's policy
and its key decide, and what fails is found in the alarm's history alone.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
https://repost.aws/knowledge-center/cloudwatch-receive-sns-for-alarm-trigger
"""

import functools
import json
from collections.abc import Callable
from typing import Any

import botocore.session
from ministack.core.responses import get_account_id, get_region
from ministack.services import cloudwatch, sns

from .. import seam
from ..topics import publishing
from . import alarm_requests
from .state_reason import timestamp

Record = dict[str, Any]

_PUBLISHER = publishing.Publisher("cloudwatch.amazonaws.com", "CloudWatch Alarms")


def message(alarm: Record, before: str, state: str, reason: str) -> Record:
    """The message about a change of state."""
    return {
        "AlarmName": alarm["AlarmName"],
        "AlarmDescription": alarm.get("AlarmDescription"),
        "AWSAccountId": get_account_id(),
        "AlarmConfigurationUpdatedTimestamp": timestamp(
            alarm["AlarmConfigurationUpdatedTimestamp"]
        ),
        "NewStateValue": state,
        "NewStateReason": reason,
        "StateChangeTime": timestamp(alarm["StateUpdatedTimestamp"]),
        "Region": _region_name(get_region()),
        "AlarmArn": alarm["AlarmArn"],
        "OldStateValue": before,
        **{name: alarm.get(name) or [] for name in alarm_requests.ACTIONS.values()},
        **({"AlarmRule": alarm["AlarmRule"]} if "AlarmRule" in alarm else _trigger(alarm)),
    }


@functools.cache
def _region_name(region: str) -> str:
    regions = botocore.session.get_session().get_data("endpoints")["partitions"][0]["regions"]
    return str(regions.get(region, {}).get("description", region))


def _trigger(alarm: Record) -> Record:
    trigger: Record = {
        "Period": alarm_requests.period_of(alarm),
        "EvaluationPeriods": alarm["EvaluationPeriods"],
        "ComparisonOperator": alarm["ComparisonOperator"],
        "Threshold": alarm["Threshold"],
        "TreatMissingData": alarm.get("TreatMissingData") or "missing",
        "EvaluateLowSampleCountPercentile": alarm.get("EvaluateLowSampleCountPercentile") or "",
    }
    if alarm.get("DatapointsToAlarm"):
        trigger["DatapointsToAlarm"] = alarm["DatapointsToAlarm"]
    if alarm.get("Metrics"):
        return {"Trigger": {**trigger, "Metrics": [_in_message(each) for each in alarm["Metrics"]]}}
    kind = "Statistic" if alarm.get("Statistic") else "ExtendedStatistic"
    # The five are in capitals, `SAMPLE_COUNT` too.
    statistic = str(alarm[kind]).replace("SampleCount", "Sample_Count")
    return {
        "Trigger": {
            "MetricName": alarm["MetricName"],
            "Namespace": alarm["Namespace"],
            "StatisticType": kind,
            "Statistic": statistic.upper() if kind == "Statistic" else statistic,
            "Unit": alarm.get("Unit"),
            "Dimensions": _dimensions(alarm),
            **trigger,
        }
    }


def _in_message(query: Record) -> Record:
    shown = {"ReturnData": True, **query}
    if "MetricStat" in query:
        metric = {**query["MetricStat"]["Metric"]}
        metric["Dimensions"] = _dimensions(metric)
        shown["MetricStat"] = {**query["MetricStat"], "Metric": metric}
    return shown


def _dimensions(metric: Record) -> list[Record]:
    given = metric.get("Dimensions") or []
    return [{"value": each["Value"], "name": each["Name"]} for each in given]


def _run(original: Callable[..., None]) -> Callable[..., None]:
    del original

    def run(alarm: Record, old_state: str, new_state: str, reason: str) -> None:
        if not alarm.get("ActionsEnabled", True):
            return
        text = json.dumps(message(alarm, old_state, new_state, reason))
        subject = f'{new_state}: "{alarm["AlarmName"]}" in {_region_name(get_region())}'[:100]
        for action in alarm.get(alarm_requests.ACTIONS[new_state]) or []:
            _note(alarm, action, text, _publish(alarm, action, text, subject))

    return run


def _publish(alarm: Record, topic: str, text: str, subject: str) -> str | None:
    """Publish to a topic; the error if that fails."""
    if not cloudwatch._is_sns_action_arn(topic):
        return f"{topic} is no topic of this account and region; the local AWS has no other actions"
    refused = publishing.refusal(_PUBLISHER, topic, alarm["AlarmArn"])
    if refused is None:
        try:
            sns.publish_internal(topic, text, subject)
        except sns.SnsPublishError as error:
            return str(error)
    return refused


def _note(alarm: Record, topic: str, text: str, refused: str | None) -> None:
    summary = f"Successfully executed action {topic}"
    if refused is not None:
        summary = f'Failed to execute action {topic}. Received error: "{refused}"'
    alarm_requests.note(
        alarm["AlarmName"],
        "Action",
        summary,
        {
            "actionState": "Succeeded" if refused is None else "Failed",
            "stateUpdateTimestamp": int(1000 * alarm["StateUpdatedTimestamp"]),
            "notificationResource": topic,
            "publishedMessage": text if refused is None else None,
            "error": refused,
        },
    )


def install() -> None:
    seam.check(cloudwatch, "_is_sns_action_arn", "action")
    seam.wrap(cloudwatch, "_dispatch_alarm_actions", "alarm old_state new_state reason", _run)
