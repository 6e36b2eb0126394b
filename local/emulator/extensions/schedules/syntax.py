"""How a schedule is written: `at(…)`, `rate(…)`, `cron(…)`; and time zones.

MiniStack's own parser takes fields that no clock ever shows. Application Auto Scaling distinguishes
`rate(1 hour)` from `rate(2 hours)`, EventBridge Scheduler does not.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
https://docs.aws.amazon.com/autoscaling/application/userguide/scheduled-scaling-using-cron-expressions.html
"""

import re
import zoneinfo
from datetime import datetime

_MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
_DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]

# For each field: its least and highest number, words for them, and what stands for itself.
_FIELDS: tuple[tuple[int, int, list[str], str], ...] = (
    (0, 59, [], ""),
    (0, 23, [], ""),
    (1, 31, [], r"\?|L|LW|([1-9]|[12]\d|3[01])W"),
    (1, 12, _MONTHS, ""),
    (1, 7, _DAYS, rf"\?|L|[1-7]L|([1-7]|{'|'.join(_DAYS)})#[1-5]"),
    (1970, 2199, [], ""),
)
_DAY_OF_WEEK = 4

_RATE = re.compile(r"rate\((1 (minute|hour|day)|([2-9]|[1-9]\d+) (minutes|hours|days))\)")
_ANY_RATE = re.compile(r"rate\(([1-9]\d*) (minute|hour|day)s?\)")
_SECONDS = {"minute": 60, "hour": 3600, "day": 86400}
_AT = re.compile(r"at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)")
_CRON = re.compile(r"cron\((.*)\)")


def is_schedule(text: str) -> bool:
    """Whether Application Auto Scaling takes it."""
    return time_of(text) is not None or is_cron(text) or _RATE.fullmatch(text) is not None


def is_time_zone(name: str) -> bool:
    return name in zoneinfo.available_timezones()


def seconds_of(text: str) -> int | None:
    """The seconds between two times of a rate; None if it is none."""
    found = _ANY_RATE.fullmatch(text)
    return int(found[1]) * _SECONDS[found[2]] if found else None


def time_of(text: str) -> datetime | None:
    """The time of `at(…)`, by the clock of a zone that it does not name; None if it is none."""
    found = _AT.fullmatch(text)
    try:
        return datetime.fromisoformat(found[1]) if found else None
    except ValueError:
        return None


def is_cron(text: str) -> bool:
    found = _CRON.fullmatch(text)
    fields = found[1].split(" ") if found else []
    return (
        len(fields) == len(_FIELDS)
        # AWS takes one of the two days, and wants a `?` for the other.
        and (fields[2] == "?") != (fields[4] == "?")
        and all(_is_field(text, index) for index, text in enumerate(fields))
    )


def _is_field(text: str, index: int) -> bool:
    special = _FIELDS[index][3]
    if special and re.fullmatch(special, text):
        return True
    return all(_is_part(part, index) for part in text.split(","))


def _is_part(part: str, index: int) -> bool:
    span, slash, step = part.partition("/")
    if slash and (index == _DAY_OF_WEEK or not re.fullmatch(r"[1-9]\d*", step)):
        return False
    if span == "*":
        return True
    first, dash, last = span.partition("-")
    low, high = _number(first, index), _number(last if dash else first, index)
    return low is not None and high is not None and low <= high


def _number(text: str, index: int) -> int | None:
    least, most, words, _ = _FIELDS[index]
    if text in words:
        return least + words.index(text)
    if not re.fullmatch(r"\d{1,4}", text):
        return None
    number = int(text)
    return number if least <= number <= most else None
