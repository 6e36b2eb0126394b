"""The paths of an input transformer, which may have an item of a list: `$.resources[0]`.

MiniStack finds nothing there. As in its other paths, what an event lacks is empty.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
"""

import re
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from ministack.services import eventbridge

from .. import seam

Record = dict[str, Any]

_PATH = re.compile(r"\$(\.[\w-]+|\[(\d+|\*)\])*")
_STEP = re.compile(r"\.([\w-]+)|\[(\d+|\*)\]")

# The values of the paths of the transformer at work, by their variables.
_found: ContextVar[Record | None] = ContextVar("found", default=None)


def find(event: Any, path: str) -> Any:
    """The value at a path of an event; empty if there is none."""
    if not _PATH.fullmatch(path):
        return ""
    value = event
    for name, index in _STEP.findall(path):
        try:
            if index != "*":
                value = value[name] if name else value[int(index)]
        except (KeyError, IndexError, TypeError):
            return ""
    return value


def _with_items(original: Callable[..., str]) -> Callable[..., str]:
    def apply(transformer: Record, rule: Record, view: Any) -> str:
        event, paths = view.event_with_detail(), transformer.get("InputPathsMap") or {}
        token = _found.set({name: find(event, path) for name, path in paths.items()})
        try:
            return original(transformer, rule, view)
        finally:
            _found.reset(token)

    return apply


def _filled_in(original: Callable[[str, Record], str]) -> Callable[[str, Record], str]:
    def render(template: str, replacements: Record) -> str:
        return original(template, {**replacements, **(_found.get() or {})})

    return render


def install() -> None:
    seam.wrap(eventbridge, "_apply_input_transformer", "transformer rule view", _with_items)
    seam.wrap(eventbridge, "_render_input_template", "template replacements", _filled_in)
