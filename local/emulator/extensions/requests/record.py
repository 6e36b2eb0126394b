"""A record of the checked requests, their violations, and what was not checked."""

import json
from collections import Counter
from dataclasses import asdict, dataclass, field

from . import patterns
from .rules import Violation

# Read by tests; DELETE starts a new record.
PATH = "/_local-aws/requests"

# A program that repeats an invalid request in a loop must not exhaust the memory.
_KEPT = 1000

# Services whose name in IAM is another than the one that requests are signed with.
_IN_IAM = {"monitoring": "cloudwatch"}


@dataclass(frozen=True)
class Invalid:
    """A request that AWS would refuse."""

    action: str
    violations: list[Violation]


@dataclass
class RequestRecord:
    """Counts since the start or the last reset."""

    actions: Counter[str] = field(default_factory=Counter)
    invalid: list[Invalid] = field(default_factory=list)
    # Requests by service, for services without a model.
    unchecked: Counter[str] = field(default_factory=Counter)

    def add(self, action: str, violations: list[Violation]) -> None:
        service, _, operation = action.partition(":")
        self.actions[f"{_IN_IAM.get(service, service)}:{operation}"] += 1
        if violations and len(self.invalid) < _KEPT:
            self.invalid.append(Invalid(action, violations))

    def begin(self) -> None:
        self.actions.clear()
        self.invalid.clear()
        self.unchecked.clear()

    def to_json(self) -> bytes:
        document = {
            "requests": self.actions.total(),
            "actions": dict(sorted(self.actions.items())),
            "invalid": [asdict(each) for each in self.invalid],
            "unchecked": dict(sorted(self.unchecked.items())),
            "unreadablePatterns": sorted(patterns.unreadable),
        }
        return json.dumps(document).encode()

    def summary(self) -> str:
        return (
            f"{self.actions.total()} requests checked, {len(self.actions)} operations, "
            f"{len(self.invalid)} requests invalid, {self.unchecked.total()} not checked"
        )
