import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ministack.core import persistence
from ministack.services import cloudwatch_logs

from extensions.state import log_files

GROUP = ("000000000000", "us-east-1", "/ecs/app")


def event(at: int) -> dict[str, Any]:
    return {"timestamp": at, "message": f"line {at}", "ingestionTime": at}


@pytest.fixture(autouse=True)
def stream(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[dict[str, Any]]:
    monkeypatch.setattr(persistence, "STATE_DIR", str(tmp_path))
    monkeypatch.setattr(persistence, "PERSIST_STATE", True)
    for name in ("get_state", "load_persisted_state"):
        monkeypatch.setattr(cloudwatch_logs, name, getattr(cloudwatch_logs, name))
    monkeypatch.setattr(log_files, "_written", {})
    log_files.install()
    one = {"events": [event(1), event(2)], "firstEventTimestamp": 1, "lastEventTimestamp": 2}
    cloudwatch_logs._log_groups._data[GROUP] = {"arn": "arn", "streams": {"app/one": one}}
    yield one
    cloudwatch_logs._log_groups.clear()
    cloudwatch_logs._log_records.clear()


def saved() -> str:
    persistence.save_state("cloudwatch_logs", cloudwatch_logs.get_state())
    return (Path(persistence.STATE_DIR) / "cloudwatch_logs.json").read_text()


def after_restart() -> list[dict[str, Any]]:
    cloudwatch_logs._log_groups._data.clear()
    cloudwatch_logs.load_persisted_state(persistence.load_state("cloudwatch_logs"))
    events: list[dict[str, Any]] = cloudwatch_logs._log_groups._data[GROUP]["streams"]["app/one"][
        "events"
    ]
    return events


def lines() -> list[int]:
    [file] = log_files.folder().iterdir()
    return [json.loads(line)["timestamp"] for line in file.read_text().splitlines()]


def test_events_are_there_after_a_restart(stream: dict[str, Any]) -> None:
    saved()
    assert after_restart() == stream["events"]


def test_the_state_holds_none_of_them_and_changes_with_their_number(
    stream: dict[str, Any],
) -> None:
    cloudwatch_logs._log_records["pointer"] = {"@message": "line 1"}
    before = saved()
    assert "line 1" not in before
    stream["events"].append(event(3))
    assert saved() != before


def test_only_new_events_are_written(stream: dict[str, Any]) -> None:
    cloudwatch_logs.get_state()
    [file] = log_files.folder().iterdir()
    file.write_text(f"{json.dumps(event(7))}\n")
    stream["events"].append(event(3))
    cloudwatch_logs.get_state()
    assert lines() == [7, 3]


def test_a_late_event_is_put_in_its_place(stream: dict[str, Any]) -> None:
    cloudwatch_logs.get_state()
    stream["events"].append(event(9))
    cloudwatch_logs._append_log_events(stream, [event(5)])
    cloudwatch_logs.get_state()
    assert lines() == [1, 2, 5, 9]


def test_a_stream_that_is_deleted_leaves_no_file() -> None:
    cloudwatch_logs.get_state()
    cloudwatch_logs._log_groups._data[GROUP]["streams"].clear()
    cloudwatch_logs.get_state()
    assert list(log_files.folder().iterdir()) == []


def test_of_a_line_that_a_crash_has_cut_off_nothing_is_read(stream: dict[str, Any]) -> None:
    saved()
    [file] = log_files.folder().iterdir()
    file.write_text(file.read_text()[:-5])
    assert after_restart() == stream["events"][:1]


def test_a_state_that_has_the_events_themselves_keeps_them() -> None:
    saved()
    state = persistence.load_state("cloudwatch_logs")
    state["log_groups"]._data[GROUP]["streams"]["app/one"]["events"] = [event(8)]
    persistence.save_state("cloudwatch_logs", state)
    assert after_restart() == [event(8)]
