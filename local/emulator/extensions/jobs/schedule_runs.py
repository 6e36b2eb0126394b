"""The runs of schedules: each is invoked when it is due.

MiniStack looks every ten seconds, knows neither time zones nor roles, and forgets what it has
invoked when it starts again. Here a schedule is invoked within a few seconds, as AWS's are within a
minute. What was due while the local AWS was not running is not made up for.
"""

import threading
import time
from collections.abc import Callable
from typing import Any

from ministack.core.responses import new_uuid, request_scope
from ministack.services import scheduler, sqs, stepfunctions

from .. import seam
from ..schedules.expressions import InvalidExpressionError
from . import invocations, schedules
from .invocations import Run

Record = dict[str, Any]
Key = tuple[str, str, str]

LOOKS_EVERY_SECONDS = 1

_began = time.time()
_looked: dict[Key, float] = {}


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
        invocations.invoke(run)


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
