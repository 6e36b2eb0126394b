from collections.abc import Iterator
from typing import Any

import pytest

from extensions.scaling import application_autoscaling, scalable_targets

from .test_application_autoscaling import TARGET, call, register

TIME = {
    **TARGET,
    "ScheduledActionName": "morning",
    "Schedule": "cron(0 8 ? * MON-FRI *)",
    "Timezone": "Europe/Berlin",
    "ScalableTargetAction": {"MinCapacity": 4, "MaxCapacity": 20},
}


@pytest.fixture(autouse=True)
def _registered(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(scalable_targets, "existence", {"ecs": lambda resource_id: True})
    application_autoscaling.reset()
    register()
    yield
    application_autoscaling.reset()


def put(**changes: Any) -> dict[str, Any]:
    return call("PutScheduledAction", **{**TIME, **changes})


def described() -> list[dict[str, Any]]:
    return call("DescribeScheduledActions", **TARGET)["ScheduledActions"]


def test_an_action_is_described_as_it_was_put_so_that_no_plan_sees_a_change() -> None:
    assert put() == {}
    (action,) = described()
    assert TIME.items() <= action.items()
    assert action["ScheduledActionARN"].endswith(":scheduledActionName/morning")
    assert action["CreationTime"] > 0
    assert "StartTime" not in action


def test_a_change_keeps_what_it_does_not_name_but_the_times_of_its_validity() -> None:
    put(StartTime=1, EndTime=2)
    (before,) = described()
    call("PutScheduledAction", **TARGET, ScheduledActionName="morning", Schedule="rate(2 hours)")
    (after,) = described()
    assert after["ScheduledActionARN"] == before["ScheduledActionARN"]
    assert after["Schedule"] == "rate(2 hours)"
    assert after["Timezone"] == "Europe/Berlin"
    assert "StartTime" not in after
    assert "EndTime" not in after


def test_actions_are_found_by_name_and_by_resource() -> None:
    put()
    put(ScheduledActionName="evening")
    found = call("DescribeScheduledActions", **TARGET, ScheduledActionNames=["evening"])
    assert [each["ScheduledActionName"] for each in found["ScheduledActions"]] == ["evening"]
    other = {**TARGET, "ResourceId": "service/main/other"}
    assert call("DescribeScheduledActions", **other) == {"ScheduledActions": []}


@pytest.mark.parametrize(
    "schedule",
    [
        "cron(0 8 * * ? *)",
        "cron(0/15 9-17 ? JAN,JUL 2-6 2026-2030)",
        "cron(0 10 LW * ? *)",
        "cron(0 12 ? * 6#3 *)",
        "at(2026-12-24T18:00:00)",
        "rate(1 hour)",
        "rate(15 minutes)",
    ],
)
def test_every_kind_of_schedule_is_accepted(schedule: str) -> None:
    assert put(Schedule=schedule) == {}


@pytest.mark.parametrize(
    "changes",
    [
        {"Schedule": None},
        {"Schedule": "0 8 ? * MON-FRI *"},
        {"Schedule": "cron(0 8 * * MON-FRI)"},
        {"Schedule": "cron(0 8 * * MON-FRI *)"},
        {"Schedule": "cron(0 8 ? * ? *)"},
        {"Schedule": "cron(60 8 ? * MON *)"},
        {"Schedule": "cron(0 8 ? * 2/2 *)"},
        {"Schedule": "cron(0 8 ? * FRI-MON *)"},
        {"Schedule": "cron(0 8 ? * MON 2200)"},
        {"Schedule": "at(2026-02-30T18:00:00)"},
        {"Schedule": "at(2026-12-24)"},
        {"Schedule": "rate(1 hours)"},
        {"Timezone": "Europe/Berlim"},
        {"Timezone": "+02:00"},
        {"ScalableTargetAction": None},
        {"ScalableTargetAction": {}},
        {"ScalableTargetAction": {"MinCapacity": 5, "MaxCapacity": 4}},
        {"ScalableTargetAction": {"MinCapacity": -1}},
        {"ScheduledActionName": ""},
        {"ScheduledActionName": "a/b"},
        {"ScheduledActionName": " morning"},
        {"ScheduledActionName": "n" * 257},
    ],
)
def test_what_aws_refuses_is_refused_and_stores_nothing(changes: dict[str, Any]) -> None:
    assert put(**changes)["__type"] == "ValidationException"
    assert described() == []


def test_an_action_needs_a_target_and_ends_with_it() -> None:
    put()
    call("DeregisterScalableTarget", **TARGET)
    assert described() == []
    assert put()["__type"] == "ObjectNotFoundException"


def test_an_action_is_deleted_once() -> None:
    put()
    assert call("DeleteScheduledAction", **TIME) == {}
    assert call("DeleteScheduledAction", **TIME)["__type"] == "ObjectNotFoundException"


def test_actions_survive_saving_and_loading() -> None:
    put()
    state = application_autoscaling.get_state()
    application_autoscaling.reset()
    application_autoscaling.load_persisted_state(state)
    assert len(described()) == 1
