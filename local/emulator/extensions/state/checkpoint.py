"""State that survives a restart, a crash and a power cut.

MiniStack only writes its state on an orderly stop. If it is killed, the state is lost while the
databases' volumes remain. Here each service's state is written a few seconds after a change, to a
volume that a new container of the local AWS reads at startup: tasks are launched again and
databases find their data. Nothing is written before all state has been read, which takes a while if
many images were pushed, because state that has not been read yet looks empty.
"""

import hashlib
import json
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ministack import app
from ministack.core import persistence

from .. import seam
from ..scaling import application_autoscaling

logger = logging.getLogger("checkpoint")

_PAUSE_SECONDS = 5.0
# A state that takes long to look at is looked at less often: no more than a twentieth of the time.
_SHARE = 20
_OWN_SERVICE = "application_autoscaling"


def fingerprint(state: Any) -> str:
    """Return a digest that changes with the state; a blob contributes only its length."""

    def encode(value: Any) -> Any:
        if isinstance(value, bytes | bytearray):
            return len(value)
        return persistence._json_default(value)

    text = json.dumps(state, default=encode, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass
class Kept:
    """What has been written, by service, and when each is looked at next."""

    written: dict[str, str] = field(default_factory=dict)
    due: dict[str, float] = field(default_factory=dict)


def save_changed(kept: Kept) -> list[str]:
    """Write the state of each service that changed since the last write; return their names."""
    saved = []
    for service, get_state in app._build_persistence_save_dict().items():
        began = time.monotonic()
        if began < kept.due.get(service, 0):
            continue
        try:
            state = get_state()
            digest = fingerprint(state)
        except Exception as error:  # it changed during the read: retry next time
            logger.debug("state of %s: %s", service, error)
            continue
        if state is not None and kept.written.get(service) != digest:
            persistence.save_state(service, state)
            kept.written[service] = digest
            saved.append(service)
        ended = time.monotonic()
        kept.due[service] = ended + _SHARE * (ended - began)
    return saved


def _keep_saving() -> None:
    kept = Kept()
    while True:
        time.sleep(_PAUSE_SECONDS)
        save_changed(kept)


def _then_kept(original: Callable[..., None]) -> Callable[..., None]:
    def load() -> None:
        original()
        threading.Thread(target=_keep_saving, daemon=True, name="checkpoint").start()

    return load


def install() -> None:
    seam.check(app, "_build_persistence_save_dict", "")
    seam.check(persistence, "save_state", "service data")
    seam.check(persistence, "_json_default", "obj")
    app._loaded_modules[_OWN_SERVICE] = application_autoscaling
    app._state_map[_OWN_SERVICE] = _OWN_SERVICE
    logging.getLogger("persistence").setLevel(logging.WARNING)
    # MiniStack calls it only if state is persistent.
    seam.wrap(app, "_load_persisted_state", "", _then_kept)
