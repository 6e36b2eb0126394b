import json
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ministack.core import persistence
from ministack.services import cloudwatch_logs

from extensions.state import log_files

MINISTACKS_FORMAT = 3
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
    formats = persistence.SERVICE_STATE_FORMAT_VERSIONS
    monkeypatch.setitem(formats, "cloudwatch_logs", MINISTACKS_FORMAT)
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


def interrupted(original: Callable[..., str]) -> Callable[..., str]:
    """Encode the event of 3, then fail at the one of 4, as a full disk would."""

    def dumps(value: Any) -> str:
        if value == event(4):
            raise OSError("No space left on device")
        return original(value)

    return dumps


def test_two_that_save_at_once_write_each_event_once(
    stream: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    cloudwatch_logs.get_state()
    stream["events"].append(event(3))
    original = json.dumps

    def slow(value: Any) -> str:
        time.sleep(0.1)
        return original(value)

    monkeypatch.setattr(log_files.json, "dumps", slow)
    threads = [threading.Thread(target=cloudwatch_logs.get_state) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert lines() == [1, 2, 3]


def test_a_file_that_is_written_anew_stays_as_it_was_until_the_new_one_is_whole(
    stream: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    cloudwatch_logs.get_state()
    stream["events"] = [event(3), event(4)]
    with monkeypatch.context() as full_disk:
        full_disk.setattr(log_files.json, "dumps", interrupted(json.dumps))
        with pytest.raises(OSError, match="No space"):
            cloudwatch_logs.get_state()
    [whole] = log_files.folder().glob("*.jsonl")
    assert [json.loads(line) for line in whole.read_text().splitlines()] == [event(1), event(2)]
    cloudwatch_logs.get_state()
    assert lines() == [3, 4]


def test_events_of_which_not_all_could_be_appended_are_there_once_in_the_end(
    stream: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    cloudwatch_logs.get_state()
    stream["events"] += [event(3), event(4)]
    with monkeypatch.context() as full_disk:
        full_disk.setattr(log_files.json, "dumps", interrupted(json.dumps))
        with pytest.raises(OSError, match="No space"):
            cloudwatch_logs.get_state()
    cloudwatch_logs.get_state()
    assert lines() == [1, 2, 3, 4]


def test_after_a_restart_only_new_events_are_written() -> None:
    saved()
    log_files._written.clear()
    after_restart().append(event(3))
    [file] = log_files.folder().iterdir()
    file.write_text(f"{json.dumps(event(7))}\n")
    cloudwatch_logs.get_state()
    assert lines() == [7, 3]


@pytest.mark.parametrize("cut_off", [1, 5])
def test_a_file_whose_last_line_is_cut_off_is_written_anew(cut_off: int) -> None:
    saved()
    log_files._written.clear()
    [file] = log_files.folder().iterdir()
    file.write_text(file.read_text()[:-cut_off])
    events = after_restart()
    events.append(event(9))
    cloudwatch_logs.get_state()
    assert lines() == [each["timestamp"] for each in events]


def test_an_emulator_that_knows_no_files_refuses_the_state(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    saved()
    formats = persistence.SERVICE_STATE_FORMAT_VERSIONS
    monkeypatch.setitem(formats, "cloudwatch_logs", MINISTACKS_FORMAT)
    assert persistence.load_state("cloudwatch_logs") is None


def test_a_state_that_has_the_format_of_ministack_is_read(stream: dict[str, Any]) -> None:
    state = json.loads(saved())
    state["__ministack_format__"] = MINISTACKS_FORMAT
    (Path(persistence.STATE_DIR) / "cloudwatch_logs.json").write_text(json.dumps(state))
    assert after_restart() == stream["events"]
