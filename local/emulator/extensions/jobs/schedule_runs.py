"""The runs of schedules: each is invoked when it is due, with its role and its retry policy.

MiniStack looks every ten seconds, knows neither time zones nor roles, and forgets what it has
invoked when it starts again. Here a schedule is invoked within a few seconds, as AWS's are within a
minute. What was due while the local AWS was not running is not made up for.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
"""

import json
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ministack.core.responses import get_account_id, get_region, new_uuid, request_scope
from ministack.services import scheduler, sqs, stepfunctions

from .. import seam
from ..iam import service_roles
from . import schedules
from .schedule_expressions import InvalidExpressionError

Record = dict[str, Any]
Key = tuple[str, str, str]

logger = logging.getLogger("scheduler")

LOOKS_EVERY_SECONDS = 1
_FIRST_PAUSE_SECONDS = 1.0

_began = time.time()
_looked: dict[Key, float] = {}


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


def due(key: Key, schedule: Record, now: float) -> float | None:
    """When a schedule was due since the last look; None if it is not."""
    created, changed = schedule["CreationDate"], schedule["LastModificationDate"]
    since = max(_looked.get(key, _began), changed if changed != created else created - 1)
    ends = scheduler._to_epoch(schedule.get("EndDate"))
    try:
        moment = schedules.expression_of(schedule, created).next_after(since)
    except InvalidExpressionError:
        return None  # stored by an earlier version
    if moment is None or moment > now or (ends is not None and moment > ends):
        return None
    return moment


def look(now: float) -> None:
    """Invoke each schedule that is due."""
    for key, schedule in list(scheduler._schedules._data.items()):
        moment = due(key, schedule, now) if schedule.get("State") == "ENABLED" else None
        if moment is not None:
            _looked[key] = now
            run = Run(schedule, moment, new_uuid())
            threading.Thread(target=_invoke, args=(key, run), daemon=True, name="schedule").start()
        if schedule.get("ActionAfterCompletion") == "DELETE" and _is_over(key, schedule, now):
            scheduler._schedules._data.pop(key, None)


def _is_over(key: Key, schedule: Record, now: float) -> bool:
    ends = scheduler._to_epoch(schedule.get("EndDate"))
    once = schedule["ScheduleExpression"].startswith("at(")
    return (ends is not None and now > ends) or (once and key in _looked)


def _invoke(key: Key, run: Run) -> None:
    account, region, _ = key
    with request_scope(account, region):
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
                pause = _FIRST_PAUSE_SECONDS * 2 ** min(attempt, 6)
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


def _instead(original: Callable[[], None]) -> Callable[[], None]:
    del original

    def tick() -> None:
        look(time.time())

    return tick


def install() -> None:
    seam.check(stepfunctions, "_start_execution", "data")
    seam.check(sqs, "_act_send_message", "data qurl")
    seam.wrap(scheduler, "_tick_schedules", "", _instead)
    scheduler._SCHEDULE_TICK_INTERVAL = LOOKS_EVERY_SECONDS
