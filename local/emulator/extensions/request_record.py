"""The requests that were checked, what was wrong with them, and what was not checked."""

import json
from collections import Counter
from dataclasses import asdict, dataclass, field

from . import request_patterns
from .request_rules import Violation

# Asked by tests; the deletion begins a new record.
PATH = "/_local-aws/requests"

# A program that asks for the same wrong thing in a loop must not fill the memory.
_KEPT = 1000


@dataclass(frozen=True)
class Invalid:
    """A request that AWS would refuse."""

    action: str
    violations: list[Violation]


@dataclass
class RequestRecord:
    """Counts since the start, or since it was begun anew."""

    actions: Counter[str] = field(default_factory=Counter)
    invalid: list[Invalid] = field(default_factory=list)
    # Requests by their service, where no model says what is valid.
    unchecked: Counter[str] = field(default_factory=Counter)

    def add(self, action: str, violations: list[Violation]) -> None:
        self.actions[action] += 1
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
            "unreadablePatterns": sorted(request_patterns.unreadable),
        }
        return json.dumps(document).encode()

    def summary(self) -> str:
        return (
            f"{self.actions.total()} requests checked, {len(self.actions)} operations, "
            f"{len(self.invalid)} requests invalid, {self.unchecked.total()} not checked"
        )
