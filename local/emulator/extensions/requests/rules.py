"""Validation of a request's parameters against AWS's models.

botocore checks only part of the models before it sends a request: types, required and unknown
members, and minima. The models contain more rules, and AWS checks each request against all of them.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botocore.model import Shape
from botocore.validate import ParamValidator, ValidationErrors

from . import patterns
from .documented_limits import LIMITS

_SHOWN = 200
_KNOWN_SHOWN = 30


@dataclass(frozen=True)
class Violation:
    """A parameter, its value, and the rule that it breaks."""

    parameter: str
    value: str
    rule: str


def violations(action: str, shape: Shape | None, parameters: dict[str, Any]) -> list[Violation]:
    """Return the violations in the parameters of an action such as `ecs:CreateService`."""
    if shape is None:
        return [Violation(name, _shown(each), "is unknown") for name, each in parameters.items()]
    found = _Violations()
    _Validator(action)._validate(parameters, shape, found, name="")
    return found.all


class _Violations(ValidationErrors):
    """Receives the reports of botocore's validator and turns each into a `Violation`."""

    def __init__(self) -> None:
        super().__init__()
        self.all: list[Violation] = []

    def report(self, name: str, reason: str, **found: Any) -> None:
        rule = _RULES[reason](found) if reason in _RULES else reason
        path = name.removeprefix(".")
        if part := found.get("required_name", found.get("unknown_param")):
            path = f"{path}.{part}".removeprefix(".")
        self.all.append(Violation(path, _shown(found.get("param", "")), rule))


def _choices(values: list[str]) -> str:
    more = f" and {len(values) - _KNOWN_SHOWN} more" if len(values) > _KNOWN_SHOWN else ""
    return ", ".join(values[:_KNOWN_SHOWN]) + more


_RULES: dict[str, Callable[[dict[str, Any]], str]] = {
    "missing required field": lambda _: "is required",
    "unknown field": lambda found: f"is unknown; known are {_choices(found['valid_names'])}",
    "invalid type": lambda found: f"must be of type {', '.join(found['valid_types'])}",
    "invalid range": lambda found: f"must be at least {found['min_allowed']}",
    "invalid length": lambda found: f"must be at least {found['min_allowed']} long",
    "rule": lambda found: found["rule"],
}


class _Validator(ParamValidator):
    # botocore skips the values of a shape that has none of these.
    VALIDATED_METADATA_ATTRS = ParamValidator.VALIDATED_METADATA_ATTRS | {"max", "pattern", "enum"}

    def __init__(self, action: str) -> None:
        self._action = action

    def _shape_has_constraints(self, shape: Shape) -> bool:
        return shape.type_name == "string" or super()._shape_has_constraints(shape)

    def _validate_string(self, value: Any, shape: Shape, errors: Any, name: str) -> None:
        super()._validate_string(value, shape, errors, name)
        if not isinstance(value, str):
            return
        for rule in (*self._of_model(value, shape), *self._of_documentation(value, name)):
            errors.report(name, "rule", param=value, rule=rule)

    def _of_model(self, value: str, shape: Shape) -> list[str]:
        rules = []
        metadata = shape.metadata
        if len(value) > metadata.get("max", len(value)):
            rules.append(f"has {len(value)} characters; the most is {metadata['max']}")
        if value not in metadata.get("enum", (value,)):
            rules.append(f"must be one of {_choices(metadata['enum'])}")
        if "pattern" in metadata and not patterns.matches(metadata["pattern"], value):
            rules.append(f"must match {metadata['pattern']}")
        return rules

    def _of_documentation(self, value: str, name: str) -> list[str]:
        path = re.sub(r"\[\d+\]", "[]", name).removeprefix(".")
        limit = LIMITS.get((self._action, path))
        rules = []
        if limit and len(value) > limit.longest:
            found = f"has {len(value)} characters; the most is {limit.longest}"
            rules.append(f"{found}: {limit.page}")
        if limit and not patterns.matches(limit.pattern, value):
            rules.append(f"must match {limit.pattern}: {limit.page}")
        return rules

    def _validate_list(self, value: Any, shape: Shape, errors: Any, name: str) -> None:
        super()._validate_list(value, shape, errors, name)
        most = shape.metadata.get("max")
        if isinstance(value, list) and most is not None and len(value) > most:
            rule = f"has {len(value)} members; the most is {most}"
            errors.report(name, "rule", param=value, rule=rule)

    def _validate_map(self, value: Any, shape: Shape, errors: Any, name: str) -> None:
        super()._validate_map(value, shape, errors, name)
        most = shape.metadata.get("max")
        if isinstance(value, dict) and most is not None and len(value) > most:
            rule = f"has {len(value)} entries; the most is {most}"
            errors.report(name, "rule", param=value, rule=rule)

    def _validate_integer(self, value: Any, shape: Shape, errors: Any, name: str) -> None:
        super()._validate_integer(value, shape, errors, name)
        _check_most(value, shape, errors, name)

    def _validate_long(self, value: Any, shape: Shape, errors: Any, name: str) -> None:
        super()._validate_long(value, shape, errors, name)
        _check_most(value, shape, errors, name)

    def _validate_double(self, value: Any, shape: Shape, errors: Any, name: str) -> None:
        super()._validate_double(value, shape, errors, name)
        _check_most(value, shape, errors, name)

    _validate_float = _validate_double


def _check_most(value: Any, shape: Shape, errors: Any, name: str) -> None:
    most = shape.metadata.get("max")
    if isinstance(value, int | float) and most is not None and value > most:
        errors.report(name, "rule", param=value, rule=f"must be at most {most}")


def _shown(value: Any) -> str:
    text = str(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}… ({len(text)} characters)"
