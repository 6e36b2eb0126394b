"""How often one caller may ask."""

from collections import Counter
from math import ceil
from threading import Lock
from time import monotonic

from werkzeug.exceptions import TooManyRequests

from flask_api.bearer_token import Caller

MINUTE_S = 60.0


class RateLimit:
    """Counts in this process, for a caller whose token is verified: tasks share no count, so with
    N of them a caller has up to N times as much.

    There is no limit for an address: behind the load balancer every request comes from the
    balancer's, and X-Forwarded-For begins with what the client makes up.

    The minute before counts for as much of it as is less than a minute ago. Own code, because
    `limits` looks through all callers of two minutes up to a hundred times a second: 5,000 of them
    cost a fifth of a task's CPU."""

    def __init__(self, requests_per_minute: int) -> None:
        self._limit = requests_per_minute
        self._lock = Lock()
        self._minute = 0.0
        self._before: Counter[Caller] = Counter()
        self._current: Counter[Caller] = Counter()

    def count(self, caller: Caller) -> None:
        with self._lock:
            left = self._seconds_left()
            before, current = self._before[caller], self._current[caller]
            if before * left / MINUTE_S + current < self._limit:
                self._current[caller] = current + 1
                return
        free = MINUTE_S * (self._limit - current) / before if before else 0
        raise TooManyRequests(
            f"a caller has {self._limit} requests a minute",
            retry_after=max(1, ceil(left - free)),
        )

    def _seconds_left(self) -> float:
        """Of this minute, which may have just begun."""
        minute, passed = divmod(monotonic(), MINUTE_S)
        if minute != self._minute:
            self._before = self._current if minute == self._minute + 1 else Counter()
            self._current = Counter()
            self._minute = minute
        return MINUTE_S - passed
