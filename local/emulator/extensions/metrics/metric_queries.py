"""A list of metrics and expressions of which one is returned, as policies and alarms have it.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDataQuery.html
"""

import re
from collections.abc import Callable, Sequence
from typing import Any

from . import series
from .metric_math import MetricMathError, Value, evaluate
from .series import Series

Record = dict[str, Any]

_ID = re.compile(r"[a-z]\w*")


def problem_of(queries: list[Record]) -> str | None:
    """Return what AWS finds wrong with a list of queries."""
    ids = [query.get("Id", "") for query in queries]
    wrong = [each for each in ids if not _ID.fullmatch(each) or ids.count(each) > 1]
    if wrong:
        return f"Invalid metric id: {wrong[0]!r}; it must begin in lower case, and be the only one"
    returned = [each["Id"] for each in queries if each.get("ReturnData", True)]
    if len(returned) != 1:
        return f"Exactly one element of the metrics list should return data, not {len(returned)}"
    if any(("Expression" in each) == ("MetricStat" in each) for each in queries):
        return "Each element of the metrics list must have either Expression or MetricStat"
    stats = [each["MetricStat"].get("Stat") for each in queries if "MetricStat" in each]
    unknown = [stat for stat in stats if not series.knows(stat)]
    if unknown:
        return f"Unsupported statistic: {unknown[0]}"
    try:
        calculate(queries, lambda _: {}, ())
    except MetricMathError as error:
        return f"Invalid metrics list: {error}"
    return None


def calculate(
    queries: list[Record], read: Callable[[Record], Series], minutes: Sequence[int]
) -> Series:
    """The values of the query that returns data; `read` has those of a MetricStat."""
    known: dict[str, Value] = {
        each["Id"]: read(each["MetricStat"]) for each in queries if "MetricStat" in each
    }
    # An expression may name one that follows it.
    waiting = [each for each in queries if "Expression" in each]
    for _ in range(len(waiting)):
        waiting = [each for each in waiting if not _evaluated(each, known, minutes, waiting)]
    if waiting:
        raise MetricMathError(f"{waiting[0]['Expression']!r} depends on itself")
    (returned,) = [each["Id"] for each in queries if each.get("ReturnData", True)]
    value = known[returned]
    if not isinstance(value, dict):
        raise MetricMathError(f"{returned} is a number, not a time series")
    return value


def _evaluated(
    query: Record, known: dict[str, Value], minutes: Sequence[int], waiting: list[Record]
) -> bool:
    names = set(re.findall(r"[a-z]\w*", query["Expression"]))
    if names & {each["Id"] for each in waiting} - known.keys():
        return False
    known[query["Id"]] = evaluate(query["Expression"], known, minutes)
    return True
