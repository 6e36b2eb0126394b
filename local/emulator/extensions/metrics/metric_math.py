"""CloudWatch's metric math, as far as alarms and scaling need it.

Arithmetic, comparisons, AND, OR, FILL and IF; any other function is refused.

Where one of two series lacks a minute, the result lacks it too; so does a division by zero.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
"""

import operator
import re
from collections.abc import Callable, Mapping, Sequence

from .series import Series

Value = Series | float

_TOKEN = re.compile(r"\s*(?:(\d+(?:\.\d+)?)|([A-Za-z_]\w*)|(<=|>=|==|!=|&&|\|\||[-+*/<>(),]))")
_REPEAT = "REPEAT"
_LEVELS: tuple[Mapping[str, Callable[[float, float], float]], ...] = (
    dict.fromkeys(("OR", "||"), lambda left, right: bool(left or right)),
    dict.fromkeys(("AND", "&&"), lambda left, right: bool(left and right)),
    {
        "<": operator.lt,
        "<=": operator.le,
        ">": operator.gt,
        ">=": operator.ge,
        "==": operator.eq,
        "!=": operator.ne,
    },
    {"+": operator.add, "-": operator.sub},
    {"*": operator.mul, "/": operator.truediv},
)


class MetricMathError(ValueError):
    """An expression that CloudWatch would refuse, or that the local AWS cannot evaluate."""


def evaluate(expression: str, series: Mapping[str, Value], minutes: Sequence[int]) -> Value:
    """The value of an expression in each of these minutes; its names are ids of `series`."""
    reader = _Reader(expression, series, minutes)
    value = reader.level(0)
    if reader.peek() is not None:
        raise MetricMathError(f"{expression!r} has {reader.peek()!r} where it should end")
    return value


class _Reader:
    """Reads an expression from left to right, and evaluates it on the way."""

    def __init__(
        self, expression: str, series: Mapping[str, Value], minutes: Sequence[int]
    ) -> None:
        self._expression = expression
        self._tokens = _tokens(expression)
        self._series = series
        self._minutes = minutes

    def peek(self) -> str | None:
        return self._tokens[0] if self._tokens else None

    def _next(self, wanted: str | None = None) -> str:
        token = self._tokens.pop(0) if self._tokens else None
        if token is None or (wanted is not None and token != wanted):
            found = "ends" if token is None else f"has {token!r}"
            where = wanted or "a number, an id or a function"
            raise MetricMathError(f"{self._expression!r} {found} where {where} should follow")
        return token

    def level(self, rank: int) -> Value:
        if rank == len(_LEVELS):
            return self._operand()
        left = self.level(rank + 1)
        while (sign := self.peek()) in _LEVELS[rank]:
            self._next()
            left = _joined(_LEVELS[rank][str(sign)], left, self.level(rank + 1))
        return left

    def _operand(self) -> Value:
        token = self._next()
        if token == "(":
            value = self.level(0)
            self._next(")")
            return value
        if token[0].isdigit():
            return float(token)
        if self.peek() == "(":
            return self._function(token)
        if token not in self._series:
            raise MetricMathError(f"{self._expression!r} names {token!r}, which is no id")
        return self._series[token]

    def _function(self, name: str) -> Value:
        self._next("(")
        arguments = [self.level(0)]
        while self.peek() == ",":
            self._next()
            if name == "FILL" and self.peek() == _REPEAT:
                self._next()
                self._next(")")
                return self._repeated(arguments[0])
            arguments.append(self.level(0))
        self._next(")")
        if name == "FILL" and len(arguments) == 2:
            return self._filled(*arguments)
        if name == "IF" and len(arguments) == 3:
            return self._chosen(*arguments)
        raise MetricMathError(
            f"{self._expression!r} calls {name} with {len(arguments)} values; the local AWS has "
            "FILL(series, number or REPEAT) and IF(condition, value, value)"
        )

    def _filled(self, series: Value, number: Value) -> Value:
        if isinstance(number, dict):
            raise MetricMathError(f"{self._expression!r} fills with a series; it must be a number")
        filled = {minute: _at(series, minute) for minute in self._minutes}
        return {minute: number if value is None else value for minute, value in filled.items()}

    def _repeated(self, series: Value) -> Series:
        """Every missing minute has the value before it; those before the first one stay missing."""
        found: Series = {}
        last: float | None = None
        for minute in self._minutes:
            value = _at(series, minute)
            last = last if value is None else value
            if last is not None:
                found[minute] = last
        return found

    def _chosen(self, condition: Value, one: Value, other: Value) -> Series:
        found = {
            minute: _at(one if _at(condition, minute) else other, minute)
            for minute in self._minutes
            if _at(condition, minute) is not None
        }
        return {minute: value for minute, value in found.items() if value is not None}


def _tokens(expression: str) -> list[str]:
    found, end = [], 0
    text = expression.rstrip()
    while end < len(text):
        match = _TOKEN.match(text, end)
        if match is None:
            raise MetricMathError(f"{expression!r} has {text[end:].strip()[0]!r}, which is no sign")
        found.append(match[match.lastindex or 0])
        end = match.end()
    return found


def _at(value: Value, minute: int) -> float | None:
    return value.get(minute) if isinstance(value, dict) else value


def _joined(join: Callable[[float, float], float], left: Value, right: Value) -> Value:
    if not isinstance(left, dict) and not isinstance(right, dict):
        return float(join(left, right))
    found: Series = {}
    minutes = [*left] if isinstance(left, dict) else [*right] if isinstance(right, dict) else []
    for minute in minutes:
        one, other = _at(left, minute), _at(right, minute)
        is_endless = join is operator.truediv and other == 0
        if one is not None and other is not None and not is_endless:
            found[minute] = float(join(one, other))
    return found
