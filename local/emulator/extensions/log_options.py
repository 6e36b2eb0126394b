"""Options of the `awslogs` driver, which MiniStack takes whatever they are.

AWS refuses a task definition whose options the driver does not know, whose mode is neither of its
two, or which gives a buffer to a container that writes its log without one. Here nothing is ever
blocked or lost: the container's output is read from the engine.
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LogConfiguration.html
"""

import re
from collections.abc import Callable
from typing import Any

from ministack.core.responses import error_response_json
from ministack.services import ecs

from . import seam

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
    """Return what is wrong with the options of a container that runs on Fargate."""
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
