from datetime import UTC, datetime

import pytest

from extensions.schedules.expressions import InvalidExpressionError, parse

DAY = 86400.0


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


def shown(moment: float | None) -> str:
    return "never" if moment is None else datetime.fromtimestamp(moment, UTC).isoformat()[:16]


def next_after(moment: str, expression: str, zone: str = "UTC", start: str = "2026-01-01") -> str:
    return shown(parse(expression, zone, at(start)).next_after(at(moment)))


def test_a_rate_is_due_at_its_start_and_then_at_intervals_from_it() -> None:
    assert next_after("2025-12-31", "rate(5 minutes)") == "2026-01-01T00:00"
    assert next_after("2026-01-01", "rate(5 minutes)") == "2026-01-01T00:05"
    assert next_after("2026-01-01T00:07", "rate(5 minutes)") == "2026-01-01T00:10"
    assert next_after("2026-01-01T00:07", "rate(1 hour)") == "2026-01-01T01:00"


def test_a_day_of_a_rate_has_24_hours_also_when_the_clock_changes() -> None:
    # On 29 March 2026 Berlin's day has 23 hours.
    zone, start = "Europe/Berlin", "2026-03-28T09:00"
    assert next_after("2026-03-28T10:00", "rate(1 day)", zone, start) == "2026-03-29T09:00"


def test_a_cron_expression_means_the_clock_of_its_zone() -> None:
    nightly = "cron(30 3 * * ? *)"
    assert next_after("2026-01-10", nightly) == "2026-01-10T03:30"
    assert next_after("2026-01-10", nightly, "Europe/Berlin") == "2026-01-10T02:30"
    assert next_after("2026-07-10", nightly, "Europe/Berlin") == "2026-07-10T01:30"
    assert next_after("2026-01-10T02:30", nightly, "Europe/Berlin") == "2026-01-11T02:30"


def test_a_time_that_does_not_exist_is_skipped() -> None:
    nightly = "cron(30 2 * * ? *)"
    assert next_after("2026-03-28T12:00", nightly, "Europe/Berlin") == "2026-03-30T00:30"
    hourly = "cron(0 * * * ? *)"
    assert next_after("2026-03-29T00:00", hourly, "Europe/Berlin") == "2026-03-29T01:00"


def test_a_time_that_occurs_twice_counts_once() -> None:
    # On 25 October 2026 the clock of Berlin shows 02:30 at 00:30 and at 01:30 UTC.
    nightly = "cron(30 2 * * ? *)"
    assert next_after("2026-10-24T12:00", nightly, "Europe/Berlin") == "2026-10-25T00:30"
    assert next_after("2026-10-25T00:30", nightly, "Europe/Berlin") == "2026-10-26T01:30"
    quarters = "cron(0/15 * * * ? *)"
    for moment in ("00:45", "01:15", "01:45"):
        due = next_after(f"2026-10-25T{moment}", quarters, "Europe/Berlin")
        assert due == "2026-10-25T02:00"


def test_a_single_time_is_due_once_and_in_its_zone() -> None:
    once = "at(2026-07-01T12:00:00)"
    assert next_after("2026-06-01", once, "America/New_York") == "2026-07-01T16:00"
    assert next_after("2026-08-01", once, "America/New_York") == "never"


def test_days_of_weeks_and_ends_of_months() -> None:
    assert next_after("2026-01-01", "cron(0 8 ? * MON-FRI *)") == "2026-01-01T08:00"
    assert next_after("2026-01-02T09:00", "cron(0 8 ? * MON-FRI *)") == "2026-01-05T08:00"
    assert next_after("2026-02-01", "cron(0 8 L * ? *)") == "2026-02-28T08:00"
    assert next_after("2026-02-01", "cron(0 8 1 1 ? 2026)") == "never"


@pytest.mark.parametrize(
    "expression",
    [
        "rate(0 minutes)",
        "rate(5 seconds)",
        "rate(five minutes)",
        "cron(* * * *)",
        "cron(0 3 * * * *)",
        "cron(0 3 ? * ? *)",
        "cron(60 3 * * ? *)",
        "cron(0 24 * * ? *)",
        "cron(0 3 32 * ? *)",
        "cron(0 3 ? * 8 *)",
        "cron(0 3 * 13 ? *)",
        "cron(0 3 ? * FRI-MON *)",
        "cron(0 3 1 * ? 2200)",
        " cron(0 3 * * ? *)",
        "0 3 * * *",
        "at(2026-07-01)",
        "at(2026-13-01T00:00:00)",
    ],
)
def test_what_never_matches_is_refused(expression: str) -> None:
    with pytest.raises(InvalidExpressionError, match="Invalid Schedule Expression"):
        parse(expression, "UTC", 0)


@pytest.mark.parametrize("zone", ["Europe/Atlantis", "../etc/passwd", "CEST2"])
def test_a_time_zone_must_exist(zone: str) -> None:
    with pytest.raises(InvalidExpressionError, match="Timezone"):
        parse("rate(1 day)", zone, 0)
