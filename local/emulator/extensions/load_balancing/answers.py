"""The answers of a group's targets, and for them, since they were last counted for metrics."""

import threading
from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Answers:
    """What a group's targets answered."""

    # By class: 2 for 200 to 299.
    codes: Counter[int] = field(default_factory=Counter)
    # Until the first byte of each answer.
    seconds: list[float] = field(default_factory=list)
    # Requests, answered or not.
    requests: int = 0
    # What the load balancer answered itself, by status: 502, 503 or 504.
    own_errors: Counter[int] = field(default_factory=Counter)


_lock = threading.Lock()
_counted: dict[str, Answers] = {}


def note(group_arn: str, status: int, seconds: float) -> None:
    """Note the answer of a target, an error of its own included."""
    with _lock:
        answers = _counted.setdefault(group_arn, Answers())
        answers.requests += 1
        answers.codes[status // 100] += 1
        answers.seconds.append(seconds)


def note_unanswered(group_arn: str, status: int) -> None:
    """Note what the load balancer answered for a target that it did not reach."""
    with _lock:
        answers = _counted.setdefault(group_arn, Answers())
        answers.requests += 1
        answers.own_errors[status] += 1


def note_unrouted(group_arn: str, status: int) -> None:
    """Note what the load balancer answered for want of a target; it is no request of the group."""
    with _lock:
        _counted.setdefault(group_arn, Answers()).own_errors[status] += 1


def take(group_arn: str) -> Answers:
    """The answers of a group, which are then counted anew."""
    with _lock:
        return _counted.pop(group_arn, Answers())
