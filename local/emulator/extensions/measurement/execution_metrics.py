"""The metrics of Step Functions: how many executions began, and how they ended.

Each execution is a data point when it happens; a minute without one has none.
https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html
"""

import time
from collections.abc import Callable
from typing import Any

from ministack.core.arn import parse_arn
from ministack.core.responses import request_scope
from ministack.services import stepfunctions

from .. import seam
from ..metrics.series import record

Record = dict[str, Any]

_NAMESPACE = "AWS/States"
_ENDS = {
    "ExecutionAborted": "ExecutionsAborted",
    "ExecutionFailed": "ExecutionsFailed",
    "ExecutionSucceeded": "ExecutionsSucceeded",
    "ExecutionTimedOut": "ExecutionsTimedOut",
}


def _count(metric: str, execution: Record) -> None:
    machine = execution["stateMachineArn"]
    place = parse_arn(machine)
    # Those that a restart ends are outside of any request.
    with request_scope(place.account_id, place.region):
        record((_NAMESPACE, metric), {"StateMachineArn": machine}, 1, time.time(), "Count")


def _counting_starts(original: Callable[[Record], None]) -> Callable[[Record], None]:
    def emit(execution: Record) -> None:
        if execution["status"] == "RUNNING":
            _count("ExecutionsStarted", execution)
        original(execution)

    return emit


def _counting_ends(original: Callable[..., Record]) -> Callable[..., Record]:
    def add(execution: Record, event_type: str, details: Record | None = None) -> Record:
        if event_type in _ENDS:
            _count(_ENDS[event_type], execution)
        return original(execution, event_type, details)

    return add


def install() -> None:
    seam.wrap(stepfunctions, "_emit_execution_status_event", "execution", _counting_starts)
    seam.wrap(stepfunctions, "_add_event", "execution event_type details", _counting_ends)
