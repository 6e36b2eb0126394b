"""The template of an input transformer, refused where EventBridge refuses it.

MiniStack takes any text, and sends it with what it cannot fill in. A message of several lines has
each of them in quotes.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
"""

import json
import re
from typing import Any

Record = dict[str, Any]

_RESERVED = {
    "aws.events.event",
    "aws.events.event.ingestion-time",
    "aws.events.event.json",
    "aws.events.rule-arn",
    "aws.events.rule-name",
}
_PLACEHOLDER = r"<([\w.-]+)>"
_TEXT_OR_PLACEHOLDER = re.compile(rf'"(?:\\.|[^"\\])*"|{_PLACEHOLDER}')


def problem_of(target: Record) -> str | None:
    """What is wrong with the input transformer of a target; None without one."""
    transformer = target.get("InputTransformer")
    if transformer is None:
        return None
    template = str(transformer.get("InputTemplate", ""))
    known = _RESERVED | (transformer.get("InputPathsMap") or {}).keys()
    unknown = [each for each in re.findall(_PLACEHOLDER, template) if each not in known]
    if unknown:
        return f"InputTemplate for target {target['Id']} contains invalid placeholder {unknown[0]}."
    # A text is JSON with its placeholders; elsewhere one is a value.
    filled = _TEXT_OR_PLACEHOLDER.sub(lambda found: '""' if found[1] else found[0], template)
    if _is_json(filled) or all(_is_json(line) for line in filled.splitlines() or [""]):
        return None
    return f"Invalid InputTemplate for target {target['Id']} : it is no JSON: {template}"


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
