"""Log events in files of their own, one for each stream, to which new ones are appended.

MiniStack writes all events of all streams as one JSON file. After half an hour of load they are
tens of megabytes, which would be copied, compared and encoded again every few seconds: half of the
emulator's time, in which it answers no request of the load balancer and no DNS query. Events are
only ever added, so here each is written once, and the state has their number in their place.
"""

import copy
import hashlib
import json
import logging
import os
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Literal

from ministack.core import persistence
from ministack.core.responses import AccountRegionScopedDict
from ministack.services import cloudwatch_logs

from .. import seam

logger = logging.getLogger("log_files")

State = dict[str, Any]
Events = list[dict[str, Any]]

# By file: the list whose events it has, and how many. For a late event MiniStack makes a new list.
_written: dict[Path, tuple[Events, int]] = {}
# When the emulator stops, MiniStack saves all state, perhaps during a checkpoint.
_lock = threading.Lock()


def folder() -> Path:
    return Path(persistence.STATE_DIR) / "logs"


def file_of(group: tuple[str, str, str], stream: str) -> Path:
    """The file of a stream, of whose name any character may be part."""
    name = "\0".join((*group, stream))
    return folder() / f"{hashlib.sha256(name.encode()).hexdigest()[:32]}.jsonl"


def write(file: Path, events: Events) -> int:
    """Write what the file lacks; return the number of events that it has."""
    # What could not be written to the end is written anew next time.
    known, had = _written.pop(file, ([], 0))
    with cloudwatch_logs._log_events_lock:
        whole = known is not events
        new, count = events[0 if whole else had :], len(events)
    if whole:
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_suffix(".part")
        _append(part, new, "w")
        os.replace(part, file)
    elif new:
        _append(file, new, "a")
    _written[file] = (events, count)
    return count


def _append(file: Path, events: Events, mode: Literal["w", "a"]) -> None:
    with file.open(mode, encoding="utf-8") as lines:
        lines.writelines(json.dumps(event) + "\n" for event in events)


def read(file: Path) -> tuple[Events, bool]:
    """The events of a file, without a line that a crash has cut off; whether none is."""
    events: Events = []
    if not file.exists():
        return events, False
    text = file.read_text(encoding="utf-8")
    is_whole = text.endswith("\n") or not text
    for line in text.splitlines():
        try:
            events.append(json.loads(line))
        except ValueError:
            is_whole = False
            logger.warning("%s has a line that is cut off", file.name)
    return events, is_whole


def _beside(original: Callable[[], State]) -> Callable[[], State]:
    # While there are none yet. A record is an event once more, for GetLogRecord, which nobody asks
    # for after a restart.
    names = [name for name in original() if name not in ("log_groups", "log_records")]

    def get_state() -> State:
        groups = AccountRegionScopedDict()
        kept: set[Path] = set()
        with _lock:
            for key, group in list(cloudwatch_logs._log_groups._data.items()):
                groups._data[key] = _without_events(key, group, kept)
            _forget_all_but(kept)
        others = {name: copy.deepcopy(getattr(cloudwatch_logs, f"_{name}")) for name in names}
        return {"log_groups": groups, **others}

    return get_state


def _without_events(key: tuple[str, str, str], group: State, kept: set[Path]) -> State:
    streams = {}
    for name, stream in list(group["streams"].items()):
        file = file_of(key, name)
        streams[name] = {**stream, "events": write(file, stream["events"])}
        kept.add(file)
    rest = {name: copy.deepcopy(value) for name, value in group.items() if name != "streams"}
    return {**rest, "streams": streams}


def _forget_all_but(kept: Iterable[Path]) -> None:
    for file in set(folder().glob("*")).difference(kept):
        file.unlink(missing_ok=True)
        _written.pop(file, None)


def _read_back(original: Callable[[State], None]) -> Callable[[State], None]:
    def load(data: State) -> None:
        whole: list[tuple[tuple[str, str, str], str]] = []
        for key, group in data["log_groups"]._data.items():
            for name, stream in group["streams"].items():
                # A state that was saved before has the events themselves.
                if isinstance(stream["events"], int):
                    stream["events"], is_whole = read(file_of(key, name))
                    whole += [(key, name)] if is_whole else []
        original(data)
        with _lock:
            for key, name in whole:
                # MiniStack has sorted them into a list of its own.
                events = cloudwatch_logs._log_groups._data[key]["streams"][name]["events"]
                _written[file_of(key, name)] = (events, len(events))

    return load


def install() -> None:
    # An emulator that expects the events themselves is to refuse a state that has their number.
    persistence.SERVICE_STATE_FORMAT_VERSIONS["cloudwatch_logs"] += 1
    seam.wrap(cloudwatch_logs, "get_state", "", _beside)
    seam.wrap(cloudwatch_logs, "load_persisted_state", "data", _read_back)
