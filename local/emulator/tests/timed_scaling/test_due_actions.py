from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from ministack.services import ecs

from extensions.metrics import minutes
from extensions.scaling import application_autoscaling, dynamic_scaling, scalable_targets
from extensions.timed_scaling import due_actions

from ..conftest import FakeEngine, run_service
from ..scaling.test_application_autoscaling import TARGET, call

BERLIN = ZoneInfo("Europe/Berlin")
MORNING = {
    "Schedule": "cron(0 8 ? * MON-FRI *)",
    "Timezone": "Europe/Berlin",
    "ScalableTargetAction": {"MinCapacity": 4, "MaxCapacity": 6},
}


def clock(hour: int, minute: int, day: int = 7) -> float:
    """Return a time of a Monday in December in Berlin."""
    return datetime(2026, 12, day, hour, minute, tzinfo=BERLIN).timestamp()


@pytest.fixture(autouse=True)
def _scaled(engine: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    del engine
    application_autoscaling.reset()
    monkeypatch.setattr(due_actions, "_looked", {})
    monkeypatch.setattr(due_actions, "_began", clock(7, 0))
    run_service(desired=2)
    call("RegisterScalableTarget", **TARGET, MinCapacity=1, MaxCapacity=10)
    yield
    application_autoscaling.reset()


def put(**action: Any) -> None:
    request = {**MORNING, "ScheduledActionName": "time-0", **action}
    assert call("PutScheduledAction", **TARGET, **request) == {}
    for stored in scalable_targets.scheduled_actions.values():
        stored["CreationTime"] = clock(7, 0)


def desired() -> int:
    return int(ecs._services["main/app"]["desiredCount"])


def range_() -> tuple[int, int]:
    (target,) = scalable_targets.targets.values()
    return target["MinCapacity"], target["MaxCapacity"]


def test_a_time_sets_the_range_and_starts_what_is_missing_in_its_own_zone() -> None:
    put()
    due_actions.look(clock(7, 59))
    assert (range_(), desired()) == ((1, 10), 2)
    due_actions.look(clock(8, 0))
    assert (range_(), desired()) == ((4, 6), 4)


def test_it_counts_once_and_comes_again() -> None:
    put()
    due_actions.look(clock(8, 0))
    call("RegisterScalableTarget", **TARGET, MinCapacity=1, MaxCapacity=10)
    due_actions.look(clock(8, 1))
    assert range_() == (1, 10)
    due_actions.look(clock(8, 0, day=8))
    assert range_() == (4, 6)


def test_it_stops_what_is_too_much() -> None:
    put(ScalableTargetAction={"MaxCapacity": 1})
    due_actions.look(clock(8, 0))
    assert (range_(), desired()) == ((1, 1), 1)


def test_one_half_of_a_range_moves_the_other_only_if_it_has_to() -> None:
    put(ScalableTargetAction={"MinCapacity": 12})
    due_actions.look(clock(8, 0))
    assert (range_(), desired()) == ((12, 12), 12)


def test_a_single_time_is_due_once_and_one_that_has_passed_is_not() -> None:
    put(Schedule="at(2026-12-07T07:30:00)")
    due_actions.look(clock(7, 30))
    assert range_() == (4, 6)
    put(Schedule="at(2026-12-07T06:30:00)", ScheduledActionName="time-1")
    call("RegisterScalableTarget", **TARGET, MinCapacity=1, MaxCapacity=10)
    due_actions.look(clock(7, 40))
    assert range_() == (1, 10)


@pytest.mark.parametrize("limit", [{"StartTime": clock(8, 1)}, {"EndTime": clock(7, 59)}])
def test_an_action_keeps_to_its_own_time(limit: dict[str, float]) -> None:
    put(**limit)
    due_actions.look(clock(8, 5))
    assert range_() == (1, 10)


def test_a_suspended_target_keeps_its_range() -> None:
    put()
    state = {"DynamicScalingInSuspended": False, "DynamicScalingOutSuspended": False}
    suspended = {**state, "ScheduledScalingSuspended": True}
    call("RegisterScalableTarget", **TARGET, SuspendedState=suspended)
    due_actions.look(clock(8, 0))
    assert range_() == (1, 10)


def test_a_time_comes_before_the_policies_of_its_minute() -> None:
    order = [minutes.followers.index(each) for each in (due_actions.look, dynamic_scaling.look)]
    assert order == sorted(order)
