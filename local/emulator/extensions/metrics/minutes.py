"""The minute in which AWS publishes its metrics, and evaluates its alarms.

`LOCAL_AWS_MINUTE` makes it shorter, 1 to 60 seconds, so that nobody waits a quarter of an hour for
a service to scale in. Everything that AWS counts in minutes follows it: the data points of a
metric, the periods of an alarm, a cooldown.
"""

import logging
import os
import threading
import time
from collections.abc import Callable

logger = logging.getLogger("minutes")

VARIABLE = "LOCAL_AWS_MINUTE"

# Called with a moment of each minute that ends: what publishes its metrics, then what follows them.
publishers: list[Callable[[float], None]] = []
followers: list[Callable[[float], None]] = []


class MinuteError(ValueError):
    """The variable is not a number of seconds that a minute may have."""


def seconds(given: str | None = None) -> float:
    """The length of a minute, in seconds; raises MinuteError if the variable says another one."""
    text = os.environ.get(VARIABLE, "") if given is None else given
    if not text:
        return 60.0
    if not text.isdecimal() or not 1 <= int(text) <= 60:
        raise MinuteError(
            f'{VARIABLE} is "{text}"; it must be a whole number of seconds from 1 to 60, '
            "or unset for 60"
        )
    return float(text)


def number_of(moment: float) -> int:
    """The minute in which a moment is, counted from the beginning of time."""
    return int(moment // seconds())


def lasting(of_aws: float) -> float:
    """How long a span of AWS lasts here, both in seconds."""
    return of_aws * seconds() / 60


def pass_minute(now: float) -> None:
    """Publish the metrics of the minute that ends, then tell the followers."""
    for step in (*publishers, *followers):
        try:
            step(now)
        except Exception:
            logger.exception("a minute's metrics")


def _keep_passing() -> None:
    while True:
        length = seconds()
        time.sleep(length - time.time() % length)
        # The last moment of the minute that has ended is what its data points are about.
        pass_minute(time.time() - length / 2)


def install() -> None:
    seconds()  # a wrong one is told at the start
    threading.Thread(target=_keep_passing, daemon=True, name="minutes").start()
