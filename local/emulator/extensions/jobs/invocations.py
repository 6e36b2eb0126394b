"""The invocation of a schedule's target: with its role, its input and its retry policy.

A target that refuses is not asked again, as on AWS; what is not delivered is a dead letter.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html
"""

import json
import logging
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ministack.core.responses import get_account_id, get_region, new_uuid
from ministack.services import sqs, stepfunctions

from ..iam import service_roles
from . import schedules

Record = dict[str, Any]

logger = logging.getLogger("scheduler")

FIRST_PAUSE_SECONDS = 1.0


class RefusedError(Exception):
    """A target that refused: trying again does not help."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code, self.message = code, message


@dataclass(frozen=True)
class Run:
    """One invocation of a schedule's target."""

    schedule: Record
    due: float
    id: str

    def input(self, attempt: int) -> str:
        """The target's input, with the context attributes filled in."""
        moment = datetime.fromtimestamp(self.due, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        target = self.schedule["Target"]
        text = target.get("Input") or _notification(self.schedule, self.id, moment)
        values = {
            "schedule-arn": self.schedule["Arn"],
            "scheduled-time": moment,
            "execution-id": self.id,
            "attempt-number": str(attempt),
        }
        for name, value in values.items():
            text = text.replace(f"<aws.scheduler.{name}>", value)
        return str(text)


def _notification(schedule: Record, run_id: str, moment: str) -> str:
    return json.dumps(
        {
            "version": "0",
            "id": run_id,
            "detail-type": "Scheduled Event",
            "source": "aws.scheduler",
            "account": get_account_id(),
            "time": moment,
            "region": get_region(),
            "resources": [schedule["Arn"]],
            "detail": "{}",
        }
    )


def invoke(run: Run) -> None:
    """Invoke the target until it accepts, refuses or the retry policy ends."""
    policy = run.schedule["Target"].get("RetryPolicy") or {}
    attempts = int(policy.get("MaximumRetryAttempts", 185))
    gives_up = time.monotonic() + int(policy.get("MaximumEventAgeInSeconds", 86400))
    attempt = 0
    while True:
        try:
            return start(run, attempt + 1)
        except RefusedError as error:
            return _give_up(run, error.code, error.message, attempt)
        except Exception as error:
            pause = FIRST_PAUSE_SECONDS * 2 ** min(attempt, 6)
            if attempt >= attempts or time.monotonic() + pause > gives_up:
                return _give_up(run, "InternalFailure", str(error), attempt)
            time.sleep(pause)
            attempt += 1


def start(run: Run, attempt: int) -> None:
    """Start the execution; raises `RefusedError`."""
    target = run.schedule["Target"]
    _assume(target["RoleArn"], run, "states:StartExecution", target["Arn"])
    request = {
        "stateMachineArn": target["Arn"],
        "name": new_uuid(),
        "input": run.input(attempt),
    }
    status, _, body = stepfunctions._start_execution(request)
    if status >= 400:
        answer = json.loads(body)
        raise RefusedError(answer["__type"], answer.get("message", ""))


def _assume(role: str, run: Run, action: str, resource: str) -> None:
    if not service_roles.is_enforced():
        return
    group = schedules.group_arn(run.schedule["GroupName"])
    if not service_roles.trusts(role, (schedules.PRINCIPAL,), group):
        raise RefusedError("AccessDeniedException", f"{role} does not trust {schedules.PRINCIPAL}")
    if denied := service_roles.denial(role, run.id, action, resource):
        raise RefusedError("AccessDeniedException", denied)


def _give_up(run: Run, code: str, message: str, attempts: int) -> None:
    target = run.schedule["Target"]
    logger.warning("%s: target not invoked: %s: %s", run.schedule["Arn"], code, message)
    queue = (target.get("DeadLetterConfig") or {}).get("Arn")
    if not queue:
        return
    attributes = {
        "ERROR_CODE": code,
        "ERROR_MESSAGE": message,
        "RETRY_ATTEMPTS": str(attempts),
        "SCHEDULE_ARN": run.schedule["Arn"],
        "TARGET_ARN": target["Arn"],
    }
    try:
        _assume(target["RoleArn"], run, "sqs:SendMessage", queue)
        sqs._act_send_message(
            {
                "QueueUrl": "/".join(queue.split(":")[4:]),
                "MessageBody": run.input(attempts + 1),
                "MessageAttributes": {
                    name: {"DataType": "String", "StringValue": value}
                    for name, value in attributes.items()
                },
            },
            "",
        )
    except (RefusedError, sqs._Err) as error:
        logger.warning("%s: not sent to its dead letters: %s", run.schedule["Arn"], error)
