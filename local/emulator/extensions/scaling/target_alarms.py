"""The alarms of target tracking policies, as DescribeAlarms shows them.

Scaling itself evaluates them, and no other alarm.
"""

from typing import Any

from ministack.core.responses import get_account_id, get_region, new_uuid
from ministack.services import cloudwatch

from .. import seam
from .alarm_evaluation import HIGH, INSUFFICIENT_DATA, LOW, Alarm

Record = dict[str, Any]

_PREFIX = "TargetTracking-"


def create(policy: Record, now: float) -> list[dict[str, str]]:
    """Create both alarms of a policy, or change them; their names and ARNs."""
    known = {each["AlarmName"].split("-Alarm")[1][:3]: each for each in policy["Alarms"]}
    return [_create(policy, alarm, known.get(alarm.name[5:8]), now) for alarm in (HIGH, LOW)]


def _create(
    policy: Record, alarm: Alarm, known: dict[str, str] | None, now: float
) -> dict[str, str]:
    name = f"{_PREFIX}{policy['ResourceId']}-{alarm.name}-{new_uuid()}"
    arn = f"arn:aws:cloudwatch:{get_region()}:{get_account_id()}:alarm:{name}"
    entry = known or {"AlarmName": name, "AlarmARN": arn}
    target = policy["TargetTrackingScalingPolicyConfiguration"]["TargetValue"]
    before = cloudwatch._alarms.get(entry["AlarmName"]) or {}
    cloudwatch._alarms[entry["AlarmName"]] = {
        "AlarmName": entry["AlarmName"],
        "AlarmArn": entry["AlarmARN"],
        "AlarmDescription": "DO NOT EDIT OR DELETE. For TargetTrackingScaling policy "
        f"{policy['PolicyARN']}.",
        "MetricName": None,
        "Namespace": None,
        "Statistic": "Average",
        "ExtendedStatistic": None,
        "Period": 60,
        "EvaluationPeriods": alarm.periods,
        "Threshold": alarm.threshold(float(target)),
        "ComparisonOperator": alarm.comparison,
        "TreatMissingData": "missing",
        "StateValue": before.get("StateValue", INSUFFICIENT_DATA),
        "StateReason": before.get("StateReason", "Unchecked: Initial alarm creation"),
        "StateUpdatedTimestamp": before.get("StateUpdatedTimestamp", int(now)),
        "ActionsEnabled": True,
        "AlarmActions": [policy["PolicyARN"]],
        "OKActions": [],
        "InsufficientDataActions": [],
        "Dimensions": [],
        "Unit": None,
        "AlarmConfigurationUpdatedTimestamp": int(now),
    }
    return entry


def show(policy: Record, high: str, low: str, now: float) -> None:
    """Show the states of a policy's alarms, which a restart may have lost."""
    if any(entry["AlarmName"] not in cloudwatch._alarms for entry in policy["Alarms"]):
        policy["Alarms"] = create(policy, now)
    for entry, state in zip(policy["Alarms"], (high, low), strict=True):
        alarm = cloudwatch._alarms[entry["AlarmName"]]
        if alarm["StateValue"] != state:
            reason = f"Its data points of the last {alarm['EvaluationPeriods']} minutes"
            name, before = entry["AlarmName"], alarm["StateValue"]
            alarm.update(StateValue=state, StateReason=reason, StateUpdatedTimestamp=int(now))
            cloudwatch._record_history(name, before, state, reason)


def drop(policy: Record) -> None:
    for entry in policy["Alarms"]:
        cloudwatch._alarms.pop(entry["AlarmName"], None)


def owns(alarm_name: str) -> bool:
    """Whether an alarm is one of a policy, which no one else evaluates."""
    return alarm_name.startswith(_PREFIX)


def install() -> None:
    seam.check(
        cloudwatch,
        "_record_history",
        "alarm_name old_state new_state reason alarm_type reason_data",
    )
