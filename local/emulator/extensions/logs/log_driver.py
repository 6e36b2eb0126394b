"""Options of the `awslogs` driver, which MiniStack accepts unchecked.

AWS refuses a task definition with an unknown option, with a mode other than the two valid ones, or
with a buffer size for a container that logs without a buffer. Here logging never blocks or loses
lines, because the container's output is read from the engine.
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LogConfiguration.html
"""

import re
from collections.abc import Callable
from typing import Any

from ministack.core.responses import error_response_json
from ministack.services import ecs

from .. import seam

Record = dict[str, Any]

DRIVER = "awslogs"
_NEEDED = ("awslogs-group", "awslogs-region", "awslogs-stream-prefix")
_KNOWN = {
    *_NEEDED,
    "awslogs-create-group",
    "awslogs-datetime-format",
    "awslogs-multiline-pattern",
    "max-buffer-size",
    "mode",
}
_MODES = ("blocking", "non-blocking")
_SIZE = re.compile(r"\d+[kmg]?", re.IGNORECASE)


def problem(options: dict[str, str]) -> str | None:
    """Return the problem with the log options of a Fargate container."""
    missing = [name for name in _NEEDED if not options.get(name)]
    if missing:
        return f"Log driver {DRIVER} requires options: {', '.join(missing)}"
    unknown = sorted(set(options) - _KNOWN)
    if unknown:
        return f"Log driver {DRIVER} disallows options: {', '.join(unknown)}"
    mode, size = options.get("mode", "non-blocking"), options.get("max-buffer-size")
    if mode not in _MODES:
        return f"Log driver option mode must be one of {', '.join(_MODES)}, not {mode}"
    if size is not None and mode != "non-blocking":
        return "Log driver option max-buffer-size needs mode non-blocking"
    if size is not None and not _SIZE.fullmatch(size):
        return f"Log driver option max-buffer-size must be a size such as 10m, not {size}"
    return None


def _checked(original: Callable[..., Any]) -> Callable[..., Any]:
    def register(data: Record) -> Any:
        for container in data.get("containerDefinitions") or []:
            logging = container.get("logConfiguration") or {}
            if logging.get("logDriver") != DRIVER:
                continue
            found = problem(logging.get("options") or {})
            if found:
                return error_response_json("ClientException", found, 400)
        return original(data)

    return register


def install() -> None:
    seam.wrap(ecs, "_register_task_definition", "data", _checked)
