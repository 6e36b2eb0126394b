"""The requests for schedules, refused where EventBridge Scheduler refuses them.

MiniStack stores whatever it is given. Here the expression, the window, the role and the target are
checked first. Of the targets of AWS, the local AWS has one, which is what jobs use: an execution of
a state machine. Any other would be a way to run things that no other part of it checks.

https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html
"""

import json
import re
import time
from collections.abc import Callable
from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import scheduler

from .. import seam
from ..iam import service_roles
from ..schedules import expressions
from ..schedules.expressions import Expression, InvalidExpressionError

Record = dict[str, Any]

PRINCIPAL = "scheduler.amazonaws.com"
STATE_MACHINE = re.compile(r"arn:aws:states:[a-z0-9-]+:\d{12}:stateMachine:[\w-]+")
_RETRY_POLICY = {"MaximumEventAgeInSeconds": 86400, "MaximumRetryAttempts": 185}
# The others are parameters of other targets.
_OF_TARGET = {"Arn", "RoleArn", "Input", "RetryPolicy", "DeadLetterConfig"}


def expression_of(schedule: Record, start: float) -> Expression:
    """The expression of a schedule that starts at a time if it names no other."""
    given = scheduler._to_epoch(schedule.get("StartDate"))
    return expressions.parse(
        schedule["ScheduleExpression"],
        schedule.get("ScheduleExpressionTimezone") or "UTC",
        start if given is None else given,
    )


def group_arn(group: str) -> str:
    """The ARN that the trust policy of a schedule's role is asked about."""
    return f"arn:aws:scheduler:{get_region()}:{get_account_id()}:schedule-group/{group}"


def problem(request: Record) -> str | None:
    """Why AWS would refuse a schedule, or the local AWS its target; None if it is good."""
    try:
        expression_of(request, time.time())
    except InvalidExpressionError as error:
        return str(error)
    window = request.get("FlexibleTimeWindow") or {}
    is_flexible = window.get("Mode") == "FLEXIBLE"
    if is_flexible != ("MaximumWindowInMinutes" in window):
        wanted = "requires" if is_flexible else "must not have"
        return f"FlexibleTimeWindow with mode {window.get('Mode')} {wanted} MaximumWindowInMinutes."
    return _problem_of_target(request.get("Target") or {}, request.get("GroupName") or "default")


def _problem_of_target(target: Record, group: str) -> str | None:
    arn, role = str(target.get("Arn")), str(target.get("RoleArn"))
    others = sorted(target.keys() - _OF_TARGET)
    if others or not STATE_MACHINE.fullmatch(arn):
        return (
            f"The local AWS starts only state machines from a schedule, not {arn}"
            f"{''.join(f' with {name}' for name in others)}: set the ARN of a state machine."
        )
    if not service_roles.trusts(role, (PRINCIPAL,), group_arn(group)):
        return (
            "The execution role you provide must allow AWS EventBridge Scheduler to assume the "
            f"role. {role} does not trust {PRINCIPAL} for {group_arn(group)}."
        )
    try:
        json.loads(target.get("Input") or "{}")
    except ValueError:
        return "The Input of a target that is a state machine must be well-formed JSON."
    return None


def _checked(original: Callable[..., Any]) -> Callable[..., Any]:
    def save(name: str, body: Record) -> Any:
        if body.get("Target") and body.get("ScheduleExpression") and (found := problem(body)):
            return scheduler._error(400, "ValidationException", found)
        if target := body.get("Target"):
            # AWS tells its defaults.
            target["RetryPolicy"] = _RETRY_POLICY | (target.get("RetryPolicy") or {})
        return original(name, body)

    return save


def install() -> None:
    seam.check(scheduler, "_error", "status code message")
    seam.check(scheduler, "_to_epoch", "value")
    seam.wrap(scheduler, "_create_schedule", "name body", _checked)
    seam.wrap(scheduler, "_update_schedule", "name body", _checked)
