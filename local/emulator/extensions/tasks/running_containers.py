"""Which containers run, asked of the engine once for all who want to know.

Each container of each task has a thread that waits for its exit. If each asked for its own, an
engine that is busy for a second would then answer all of them at once, and while they take the
interpreter, no request gets through.
"""

import threading
import time
from typing import Any

FRESH_SECONDS = 0.25

_lock = threading.Lock()
_ids: frozenset[str] = frozenset()
_asked_at = float("-inf")


def includes(client: Any, container_id: str) -> bool:
    """Whether a container runs; False also if it has just started, or if it is paused."""
    global _ids, _asked_at
    with _lock:
        now = time.monotonic()
        if now - _asked_at > FRESH_SECONDS:
            # Sparse, or each would be inspected.
            running = client.containers.list(sparse=True, filters={"status": "running"})
            _ids, _asked_at = frozenset(each.id for each in running), now
        return container_id in _ids
