"""The answers of a group's targets since they were last counted, for its metrics."""

import threading
from collections import Counter
from dataclasses import dataclass, field

# What the load balancer says of a target that it cannot reach. A target's own 502 looks the same.
_NOT_REACHED = 502


@dataclass
class Answers:
    """What a group's targets answered."""

    # By class: 2 for 200 to 299.
    codes: Counter[int] = field(default_factory=Counter)
    # Until the first byte of each answer.
    seconds: list[float] = field(default_factory=list)
    # Requests, answered or not.
    requests: int = 0


_lock = threading.Lock()
_counted: dict[str, Answers] = {}


def note(group_arn: str, status: int, seconds: float) -> None:
    with _lock:
        answers = _counted.setdefault(group_arn, Answers())
        answers.requests += 1
        if status != _NOT_REACHED:
            answers.codes[status // 100] += 1
            answers.seconds.append(seconds)


def take(group_arn: str) -> Answers:
    """The answers of a group, which are then counted anew."""
    with _lock:
        return _counted.pop(group_arn, Answers())
