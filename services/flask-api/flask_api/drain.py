"""The time between a SIGTERM and the end, in which the service still accepts.

Callers keep the address of a task for a while after it has left its name: a task that stops
accepting at once refuses them.
"""

import mmap
import signal
from types import FrameType


class Drain:
    """Begun by gunicorn's arbiter; its workers share a byte of memory with it, and so know."""

    def __init__(self, seconds: int) -> None:
        self._seconds = seconds
        self._shared = mmap.mmap(-1, 1)

    @property
    def has_begun(self) -> bool:
        return self._shared[0] == 1

    def precede_sigterm(self) -> None:
        """From now on a SIGTERM begins the drain; its handler of until now comes after it. Another
        SIGTERM meanwhile is that handler's at once."""
        end = signal.getsignal(signal.SIGTERM)
        if self._seconds == 0 or not callable(end):
            return

        def finish(_number: int, frame: FrameType | None) -> None:
            end(signal.SIGTERM, frame)

        def begin(_number: int, _frame: FrameType | None) -> None:
            self._shared[0] = 1
            signal.signal(signal.SIGTERM, end)
            signal.signal(signal.SIGALRM, finish)
            signal.alarm(self._seconds)

        signal.signal(signal.SIGTERM, begin)
