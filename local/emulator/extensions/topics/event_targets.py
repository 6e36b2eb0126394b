"""A topic as the target of an EventBridge rule, to which its policy must let EventBridge publish.

MiniStack publishes to any topic. EventBridge tells a topic's policy neither the rule nor the
account that it publishes for, so a statement with a condition on them never allows it. What fails
is counted in FailedInvocations of the rule. Rules with other targets are refused: some of them
would run code or reach other hosts.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-sns-permissions
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-troubleshooting.html
"""

import logging
import re
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from ministack.core.responses import error_response_json
from ministack.services import eventbridge

from .. import seam
from ..metrics import series
from . import input_template, publishing

logger = logging.getLogger("events")

Record = dict[str, Any]

_PUBLISHER = publishing.Publisher("events.amazonaws.com", "EventBridge", tells_source=False)
_NAMESPACE = "AWS/Events"

_TOPIC = re.compile(r"arn:aws:sns:[^:]+:\d{12}:[^:]+")

_rule: ContextVar[Record | None] = ContextVar("rule", default=None)


def _noting_the_rule(original: Callable[..., None]) -> Callable[..., None]:
    def invoke(target: Record, event: Record, rule: Record, view: Any = None) -> None:
        token = _rule.set(rule)
        try:
            original(target, event, rule, view)
        finally:
            _rule.reset(token)

    return invoke


def _allowed(original: Callable[[str, str], None]) -> Callable[[str, str], None]:
    def publish(arn: str, payload: str) -> None:
        rule = _rule.get() or {}
        _count("Invocations", rule)
        refused = publishing.refusal(_PUBLISHER, arn, str(rule.get("Arn")))
        if refused is None:
            return original(arn, payload)
        logger.warning("rule %s: %s", rule.get("Name"), refused)
        return _count("FailedInvocations", rule)

    return publish


def _checked(original: Callable[[Record], Any]) -> Callable[[Record], Any]:
    def put(data: Record) -> Any:
        for target in data.get("Targets", []):
            if problem := _problem_of(target):
                return error_response_json("ValidationException", problem, 400)
        return original(data)

    return put


def _problem_of(target: Record) -> str | None:
    arn = target["Arn"]
    if not _TOPIC.fullmatch(arn):
        return f"{arn} is no topic of Amazon SNS; the local AWS has no other targets"
    return input_template.problem_of(target)


def _count(metric: str, rule: Record) -> None:
    dimensions = {"RuleName": str(rule.get("Name"))}
    series.record((_NAMESPACE, metric), dimensions, 1, time.time(), "Count")


def install() -> None:
    seam.wrap(eventbridge, "_invoke_target", "target event rule view", _noting_the_rule)
    seam.wrap(eventbridge, "_dispatch_to_sns", "arn payload", _allowed)
    seam.wrap(eventbridge, "_put_targets", "data", _checked)
