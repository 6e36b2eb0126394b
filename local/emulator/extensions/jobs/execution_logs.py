"""The events of executions, in the log group of their state machine.

MiniStack stores the configuration and writes nothing. On AWS, the role of the state machine needs
permissions to deliver logs, which cannot be restricted to a log group.

https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
https://docs.aws.amazon.com/step-functions/latest/dg/cloudwatch-log-level.html
"""

import json
import time
from collections.abc import Callable
from typing import Any

from ministack.core.responses import error_response_json
from ministack.services import cloudwatch_logs, stepfunctions

from .. import seam
from ..iam import service_roles

Record = dict[str, Any]

_ACTIONS = (
    "logs:CreateLogDelivery",
    "logs:GetLogDelivery",
    "logs:UpdateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:DescribeResourcePolicies",
    "logs:DescribeLogGroups",
)
_FATAL = {"ExecutionAborted", "ExecutionFailed", "ExecutionTimedOut"}
_ERROR = _FATAL | {"TaskFailed", "TaskTimedOut", "FailStateEntered"}
_DATA = ("input", "output", "parameters")


def _destination(configuration: Record) -> str:
    """The ARN in a configuration; empty if it writes nowhere."""
    destinations = configuration.get("destinations") or []
    if configuration.get("level", "OFF") == "OFF" or len(destinations) != 1:
        return ""
    return str((destinations[0].get("cloudWatchLogsLogGroup") or {}).get("logGroupArn"))


def _group(arn: str) -> str:
    return arn.removesuffix(":*").partition(":log-group:")[2]


def problem(configuration: Record, role: str) -> tuple[str, str] | None:
    """AWS's code and message if it refuses a configuration; None if it does not."""
    if configuration.get("level", "OFF") == "OFF":
        return None
    arn = _destination(configuration)
    group = _group(arn)
    if not group or not arn.endswith(":*"):
        return (
            "InvalidLoggingConfiguration",
            "Invalid Logging Configuration: Must specify exactly one Log Destination, which ends "
            "with :*.",
        )
    if group not in cloudwatch_logs._log_groups:
        return (
            "InvalidLoggingConfiguration",
            f"Invalid Logging Configuration: There is no log group {group}.",
        )
    if service_roles.is_enforced() and any(
        service_roles.denial(role, "StepFunctions", action, "*") for action in _ACTIONS
    ):
        return (
            "AccessDeniedException",
            "The state machine IAM Role is not authorized to access the Log Destination",
        )
    return None


def _checked(original: Callable[..., Any]) -> Callable[..., Any]:
    def save(data: Record) -> Any:
        known = stepfunctions._state_machines.get(data.get("stateMachineArn")) or {}
        role = str(data.get("roleArn") or known.get("roleArn"))
        if found := problem(data.get("loggingConfiguration") or {}, role):
            return error_response_json(*found, 400)
        return original(data)

    return save


def _is_wanted(event: str, level: str) -> bool:
    return event in {"ERROR": _ERROR, "FATAL": _FATAL}.get(level, {event})


def _log(event: Record, execution: Record) -> None:
    machine = stepfunctions._state_machines.get(execution["stateMachineArn"]) or {}
    configuration = machine.get("loggingConfiguration") or {}
    group = _group(_destination(configuration))
    if group and _is_wanted(event["type"], configuration["level"]):
        _write(group, _line(event, execution, configuration), machine["name"])


def _logged(original: Callable[..., Record]) -> Callable[..., Record]:
    def add(execution: Record, event_type: str, details: Record | None = None) -> Record:
        event = original(execution, event_type, details)
        _log(event, execution)
        return event

    return add


def _from_its_start(original: Callable[[str], None]) -> Callable[[str], None]:
    def run(exec_arn: str) -> None:
        if execution := stepfunctions._executions.get(exec_arn):
            _log(execution["events"][0], execution)
        original(exec_arn)

    return run


def _line(event: Record, execution: Record, configuration: Record) -> str:
    details = next((each for name, each in event.items() if name.endswith("Details")), {})
    if not configuration.get("includeExecutionData"):
        details = {name: each for name, each in details.items() if name not in _DATA}
    return json.dumps(
        {
            "id": str(event["id"]),
            "type": event["type"],
            "details": details,
            "previous_event_id": str(event.get("previousEventId", 0)),
            "event_timestamp": str(int(time.time() * 1000)),
            "execution_arn": execution["executionArn"],
        }
    )


def _write(group: str, line: str, machine: str) -> None:
    stream = f"states/{machine}/{time.strftime('%Y-%m-%d')}"
    place = {"logGroupName": group, "logStreamName": stream}
    # Both only tell that they could not, if the group was deleted.
    cloudwatch_logs._create_log_stream(place)
    entry = {"timestamp": int(time.time() * 1000), "message": line}
    cloudwatch_logs._put_log_events({**place, "logEvents": [entry]})


def install() -> None:
    seam.check(cloudwatch_logs, "_create_log_stream", "data")
    seam.check(cloudwatch_logs, "_put_log_events", "data")
    seam.wrap(stepfunctions, "_create_state_machine", "data", _checked)
    seam.wrap(stepfunctions, "_update_state_machine", "data", _checked)
    seam.wrap(stepfunctions, "_add_event", "execution event_type details", _logged)
    seam.wrap(stepfunctions, "_run_execution", "exec_arn", _from_its_start)
