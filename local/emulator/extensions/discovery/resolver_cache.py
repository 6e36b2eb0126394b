"""The cache of a VPC's resolver: positive and negative answers are kept for their TTL.

During that time callers in the VPC get a name's old addresses, even if its tasks are gone, and a
name that did not exist at the first query still does not exist.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from math import ceil

from .private_zones import Known


@dataclass
class ResolverCache:
    """Answers by name; calls `ask` for names that are not cached or have expired."""

    ask: Callable[[str], Known | None]
    _kept: dict[str, tuple[Known, float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def look_up(self, name: str) -> Known | None:
        """The answer, with the remaining TTL; None if no private zone contains the name."""
        with self._lock:
            now = time.monotonic()
            known, ends = self._kept.get(name) or (None, 0.0)
            if known is not None and now < ends:
                return replace(known, ttl=ceil(ends - now))
            answer = self.ask(name)
            if answer is not None:
                self._kept = {each: kept for each, kept in self._kept.items() if now < kept[1]}
                self._kept[name] = (answer, now + answer.ttl)
            return answer

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()
