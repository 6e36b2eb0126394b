"""Which containers run, asked of the engine once for all who want to know.

Each container of each task has a thread that waits for its exit. If each asked for its own, an
engine that is busy for a second would then answer all of them at once, and while they take the
interpreter, no request gets through.
"""

import threading
import time
from dataclasses import dataclass
from typing import Any

FRESH_SECONDS = 0.25


@dataclass
class _Answer:
    asked_at: float
    ids: frozenset[str] = frozenset()
    error: Exception | None = None


_lock = threading.Lock()
_last = _Answer(float("-inf"))


def includes(client: Any, container_id: str) -> bool:
    """Whether a container runs; False also if it has just started, or if it is paused."""
    global _last
    # Whoever has waited for the answer to another takes it, however long it took.
    wanted = time.monotonic()
    with _lock:
        if wanted - _last.asked_at > FRESH_SECONDS:
            _last = _ask(client)
        if _last.error:
            raise _last.error
        return container_id in _last.ids


def _ask(client: Any) -> _Answer:
    asked_at = time.monotonic()
    try:
        # Sparse, or each would be inspected.
        running = client.containers.list(sparse=True, filters={"status": "running"})
    except Exception as error:
        return _Answer(asked_at, error=error)
    return _Answer(asked_at, frozenset(each.id for each in running))
