"""Executions of state machines: how they wait, time out and end, as on AWS.

With MiniStack, an execution that was stopped becomes a failed one when its task notices, a state
machine has no time limit, no pause between attempts is longer than a minute, and a task that has
timed out runs on.

https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
"""

import json
import random
import threading
import time
from collections.abc import Callable
from contextvars import ContextVar, copy_context
from typing import Any

from ministack.core.responses import get_region, now_iso
from ministack.services import stepfunctions

from .. import seam
from . import deletions

Record = dict[str, Any]

STARTED_AGAIN = "The local AWS was started again"
_POLL_SECONDS = 0.1

_current: ContextVar[str] = ContextVar("execution", default="")
_deadline: ContextVar[float | None] = ContextVar("deadline", default=None)


def current() -> Record:
    """The execution that this thread runs; empty if it has been deleted."""
    return stepfunctions._executions.get(_current.get()) or {}


def is_running() -> bool:
    return current().get("status") == "RUNNING"


def is_late() -> bool:
    """Whether the current task has exceeded its time limit."""
    deadline = _deadline.get()
    return deadline is not None and time.monotonic() > deadline


def _end(execution: Record, status: str, event: str, details: Record, **fields: Any) -> None:
    execution.update(status=status, stopDate=now_iso(), **fields)
    stepfunctions._add_event(execution, event, details)


def _limited(original: Callable[[str], None]) -> Callable[[str], None]:
    def run(exec_arn: str) -> None:
        _current.set(exec_arn)
        machine = stepfunctions._state_machines.get(current().get("stateMachineArn")) or {}
        limit = json.loads(machine.get("definition") or "{}").get("TimeoutSeconds")
        if not limit:
            return original(exec_arn)
        timer = threading.Timer(limit, copy_context().run, args=(_time_out,))
        timer.daemon = True
        timer.start()
        try:
            return original(exec_arn)
        finally:
            timer.cancel()

    return run


def _time_out() -> None:
    if is_running():
        details = {"executionTimedOutEventDetails": {}}
        _end(current(), "TIMED_OUT", "ExecutionTimedOut", details)


def _once(original: Callable[..., None]) -> Callable[..., None]:
    def fail(execution: Record, error: str, cause: str) -> None:
        if execution["status"] == "RUNNING":
            original(execution, error, cause)
            execution["output"] = None

    return fail


def _until_late(original: Callable[..., Any]) -> Callable[..., Any]:
    del original

    def invoke(resource: str, input_data: Any, timeout: int) -> Any:
        token = _deadline.set(time.monotonic() + timeout)
        try:
            return stepfunctions._invoke_resource(resource, input_data)
        finally:
            _deadline.reset(token)

    return invoke


def _after_a_pause(original: Callable[..., Any]) -> Callable[..., Any]:
    def find(retriers: list[Record], error: str, retry_counts: dict[int, int]) -> Any:
        retrier, index = original(retriers, error, retry_counts)
        if retrier is None or not is_running():
            return None, -1
        pause = retrier.get("IntervalSeconds", 1) * (
            retrier.get("BackoffRate", 2.0) ** retry_counts.get(index, 0)
        )
        pause = min(pause, retrier.get("MaxDelaySeconds", pause))
        if retrier.get("JitterStrategy") == "FULL":
            pause = random.uniform(0, pause)
        ends = time.monotonic() + pause * stepfunctions._SFN_WAIT_SCALE
        while is_running() and (left := ends - time.monotonic()) > 0:
            time.sleep(min(left, _POLL_SECONDS))
        deletions.terminate(current())
        return ({**retrier, "IntervalSeconds": 0}, index) if is_running() else (None, -1)

    return find


def _in_words_of_aws(original: Callable[..., Record]) -> Callable[..., Record]:
    def add(execution: Record, event_type: str, details: Record | None = None) -> Record:
        if event_type.endswith("StateEntered"):
            deletions.terminate(execution)
        for given in (details or {}).values():
            resource = given.get("resource") or ""
            if resource.startswith("arn:aws:states:::"):
                service, _, action = resource.split(":::")[1].rpartition(":")
                given.update(resourceType=service, resource=action)
        failed = (details or {}).get("taskFailedEventDetails") or {}
        if failed.get("error") == "States.Timeout":
            event_type, details = "TaskTimedOut", {"taskTimedOutEventDetails": failed}
        if event_type == "TaskScheduled" and details:
            details["taskScheduledEventDetails"].update(region=get_region(), parameters="{}")
        event = original(execution, event_type, details)
        event["previousEventId"] = event["id"] - 1
        return event

    return add


def _aborted(original: Callable[..., None]) -> Callable[..., None]:
    """An execution cannot go on without its thread; on AWS none ends like that."""

    def restore(data: Record) -> None:
        executions = (data or {}).get("executions")
        for execution in executions.all_values() if executions else ():
            if execution.get("status") == "RUNNING":
                details = {"executionAbortedEventDetails": {"cause": STARTED_AGAIN}}
                _end(execution, "ABORTED", "ExecutionAborted", details, cause=STARTED_AGAIN)
        if data and "state_machines" in data:
            deletions.forget(data["state_machines"])
        original(data)

    return restore


def install() -> None:
    seam.wrap(stepfunctions, "_add_event", "execution event_type details", _in_words_of_aws)
    seam.wrap(stepfunctions, "_run_execution", "exec_arn", _limited)
    seam.wrap(stepfunctions, "_fail_execution", "execution error cause", _once)
    seam.wrap(
        stepfunctions, "_invoke_resource_with_timeout", "resource input_data timeout", _until_late
    )
    seam.wrap(
        stepfunctions, "_find_matching_retrier", "retriers error retry_counts", _after_a_pause
    )
    seam.wrap(stepfunctions, "_restore_state", "data", _aborted)
