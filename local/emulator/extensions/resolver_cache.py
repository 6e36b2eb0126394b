"""The cache of the resolver in a VPC: an answer is kept for its TTL, good or bad.

For that long the callers in the VPC are given a name's old addresses, whatever became of its tasks;
a name that did not exist when it was asked for does not exist for as long.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from math import ceil

from .private_zones import Known


@dataclass
class ResolverCache:
    """Answers by name; `ask` is asked for those that are not kept, or not any more."""

    ask: Callable[[str], Known | None]
    _kept: dict[str, tuple[Known, float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def look_up(self, name: str) -> Known | None:
        """The answer, with the TTL that is left; None where no private zone holds the name."""
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
