"""The time between a SIGTERM and the end, in which the service still accepts.

Callers keep the address of a task for a while after it has left its name: a task that stops
accepting at once refuses them.
"""

import mmap
import signal
from types import FrameType

# The arbiter loads this before it forks its workers: they share the byte with it.
_shared = mmap.mmap(-1, 1)


def has_begun() -> bool:
    return _shared[0] == 1


def precede_sigterm(seconds: int) -> None:
    """For gunicorn's arbiter. From now on a SIGTERM begins the drain; its handler of until now
    comes after it. Another SIGTERM meanwhile is that handler's at once."""
    end = signal.getsignal(signal.SIGTERM)
    if seconds == 0 or not callable(end):
        return

    def finish(_number: int, frame: FrameType | None) -> None:
        end(signal.SIGTERM, frame)

    def begin(_number: int, _frame: FrameType | None) -> None:
        _shared[0] = 1
        signal.signal(signal.SIGTERM, end)
        signal.signal(signal.SIGALRM, finish)
        signal.alarm(seconds)

    signal.signal(signal.SIGTERM, begin)
