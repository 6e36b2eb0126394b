"""How often one caller may ask."""

from math import ceil
from time import time

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from werkzeug.exceptions import TooManyRequests

from flask_api.bearer_token import Caller


class RateLimit:
    """Counts in this process, for a caller whose token is verified: tasks share no count, so with
    N of them a caller has up to N times as much.

    There is no limit for an address: behind the load balancer every request comes from the
    balancer's, and X-Forwarded-For begins with what the client makes up."""

    def __init__(self, requests_per_minute: int) -> None:
        self._limit = RateLimitItemPerMinute(requests_per_minute)
        self._window = SlidingWindowCounterRateLimiter(MemoryStorage())

    def count(self, caller: Caller) -> None:
        if self._window.hit(self._limit, caller):
            return
        wait = ceil(self._window.get_window_stats(self._limit, caller).reset_time - time())
        raise TooManyRequests(
            f"a caller has {self._limit.amount} requests a minute", retry_after=max(1, wait)
        )
