"""Definitions of state machines, refused where Step Functions refuses them.

MiniStack reads a definition when an execution comes to it. Of the language, the local AWS has what
jobs use: no maps and no parallel branches, no callbacks, no activities, no express workflows.

https://states-language.net/
https://docs.aws.amazon.com/step-functions/latest/dg/amazon-states-language-common-fields.html
https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
"""

import json
from collections.abc import Iterator
from typing import Any

from . import integrations

Record = dict[str, Any]

_TYPES = ("Task", "Choice", "Wait", "Pass", "Succeed", "Fail")
_WITHOUT_NEXT = ("Choice", "Succeed", "Fail")
_MOST_SECONDS = 99_999_999
# What a state has only with JSONPath, and only with JSONata.
_JSONPATH = ("InputPath", "Parameters", "ResultSelector", "ResultPath", "OutputPath")
_JSONATA = ("Arguments", "Output")


def problems(text: Any) -> list[str]:
    """What is wrong with a definition, in AWS's words where it is AWS that refuses it."""
    try:
        definition = json.loads(text)
    except (TypeError, ValueError) as error:
        return [f"INVALID_JSON_DESCRIPTION: {error}"]
    states = definition.get("States") if isinstance(definition, dict) else None
    if not isinstance(states, dict) or not states:
        return ["SCHEMA_VALIDATION_FAILED: The field 'States' is required at /"]
    found = list(_timeout(definition, "/"))
    language = definition.get("QueryLanguage", "JSONPath")
    for name, state in states.items():
        given = {"QueryLanguage": language, **(state if isinstance(state, dict) else {})}
        found += _of_state(given, f"/States/{name}")
    return found or list(_transitions(definition.get("StartAt"), states))


def _of_state(state: Record, path: str) -> Iterator[str]:
    kind = state.get("Type")
    if kind not in _TYPES:
        yield f"The local AWS has no state of type {kind}, only {', '.join(_TYPES)} at {path}"
        return
    has_next, ends = "Next" in state, state.get("End") is True
    if kind not in _WITHOUT_NEXT and has_next == ends:
        yield f"SCHEMA_VALIDATION_FAILED: One of 'Next' and 'End' is required at {path}"
    yield from _timeout(state, path)
    yield from _other_language(state, path)
    yield from _retries(state.get("Retry") or [], f"{path}/Retry")
    if kind != "Task":
        return
    resource = str(state.get("Resource"))
    if refused := integrations.refusal(resource):
        yield f"{refused} at {path}/Resource"
        return
    for field in ("Parameters", "Arguments"):
        for each in integrations.unknown_parameters(
            resource, state.get(field) or {}, f"{path}/{field}"
        ):
            yield f"SCHEMA_VALIDATION_FAILED: {each}"


def _other_language(state: Record, path: str) -> Iterator[str]:
    language = state["QueryLanguage"]
    for field in _JSONPATH if language == "JSONata" else _JSONATA:
        if field in state:
            yield (
                f"SCHEMA_VALIDATION_FAILED: The field '{field}' is not supported with "
                f"QueryLanguage {language} at {path}"
            )


def _timeout(holder: Record, path: str) -> Iterator[str]:
    if "TimeoutSecondsPath" in holder or "HeartbeatSeconds" in holder:
        yield f"The local AWS has only TimeoutSeconds at {path}"
    seconds = holder.get("TimeoutSeconds", 1)
    if not isinstance(seconds, int) or not 0 < seconds <= _MOST_SECONDS:
        yield (
            f"SCHEMA_VALIDATION_FAILED: TimeoutSeconds must be a number from 1 to {_MOST_SECONDS}, "
            f"not {seconds} at {path}"
        )


def _retries(retriers: list[Record], path: str) -> Iterator[str]:
    """https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html"""
    least = {"IntervalSeconds": 1, "MaxAttempts": 0, "BackoffRate": 1.0, "MaxDelaySeconds": 1}
    for index, retrier in enumerate(retriers):
        where = f"{path}[{index}]"
        names = retrier.get("ErrorEquals")
        if not names:
            yield f"SCHEMA_VALIDATION_FAILED: The field 'ErrorEquals' is required at {where}"
        elif "States.ALL" in names and (len(names) > 1 or index < len(retriers) - 1):
            yield f"SCHEMA_VALIDATION_FAILED: States.ALL must appear alone and last at {where}"
        for field, minimum in least.items():
            if retrier.get(field, minimum) < minimum:
                yield f"SCHEMA_VALIDATION_FAILED: {field} must be at least {minimum} at {where}"


def _transitions(start: Any, states: dict[str, Record]) -> Iterator[str]:
    if start not in states:
        yield f"MISSING_TRANSITION_TARGET: Missing 'Next' target: {start} at /StartAt"
        return
    reached, waiting = {start}, [start]
    while waiting:
        name = waiting.pop()
        for target in _targets(states[name]):
            if target not in states:
                yield f"MISSING_TRANSITION_TARGET: Missing target: {target} at /States/{name}"
            elif target not in reached:
                reached.add(target)
                waiting.append(target)
    for name in states.keys() - reached:
        yield f'MISSING_TRANSITION_TARGET: State "{name}" is not reachable. at /States/{name}'


def _targets(state: Record) -> Iterator[str]:
    choices = state.get("Choices") or []
    for holder in (state, *choices, *(state.get("Catch") or [])):
        if "Next" in holder:
            yield holder["Next"]
    if "Default" in state:
        yield state["Default"]
