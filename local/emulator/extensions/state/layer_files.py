"""Image layers in separate files.

MiniStack writes a service's state as one JSON file. The registry's state holds every layer:
hundreds of megabytes that are encoded again after each push. Meanwhile the emulator answers
nothing, neither load balancer requests nor DNS queries. A layer never changes under its digest, so
here each is written once, and the state refers to it by its digest.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ministack.core import persistence
from ministack.services import ecr

from .. import seam

State = dict[str, Any]


def folder() -> Path:
    return Path(persistence.STATE_DIR) / "layers"


def file_of(digest: str) -> Path:
    return folder() / digest.replace(":", "-")


def _beside(original: Callable[[], State]) -> Callable[[], State]:
    def get_state() -> State:
        # A copy, except for the layers, which are never modified.
        state = original()
        kept = set()
        for _, layers in state["layer_blobs"].all_items():
            for digest, layer in layers.items():
                kept.add(_write(digest, layer))
                layers[digest] = None
        for file in set(folder().glob("*")) - kept:
            file.unlink(missing_ok=True)
        return state

    return get_state


def _write(digest: str, layer: bytes) -> Path:
    file = file_of(digest)
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        unfinished = file.with_suffix(".part")
        unfinished.write_bytes(layer)
        os.replace(unfinished, file)
    return file


def _read_back(original: Callable[[State], None]) -> Callable[[State], None]:
    def load(data: State) -> None:
        for _, layers in data["layer_blobs"].all_items():
            for digest in list(layers):
                file = file_of(digest)
                if file.exists():
                    layers[digest] = file.read_bytes()
                else:
                    # Treated as never pushed, so Docker pushes it again.
                    del layers[digest]
        original(data)

    return load


def install() -> None:
    seam.wrap(ecr, "get_state", "", _beside)
    seam.wrap(ecr, "load_persisted_state", "data", _read_back)
