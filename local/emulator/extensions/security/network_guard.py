"""Keeps the packet filters of the network's containers in line with the security groups.

Each network interface of a task and each database gets a filter as soon as it has an address, and
the filters of its callees admit it before it is reported as running. Filters are replaced when
rules, groups or containers change; a caller keeps its access until its container has ended. Only
filters that differ are replaced, and nothing is polled: the engine reports when a container has
ended.
"""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ..state import ownership
from . import network_members, packet_filter
from .network_members import Resident

logger = logging.getLogger("security_groups")

_RECONNECT_SECONDS = 1.0

_lock = threading.Lock()
_residents: dict[str, Resident] = {}
_applied: dict[str, str] = {}
_changed = threading.Event()
_pool = ThreadPoolExecutor(max_workers=8, thread_name_prefix="packet-filter")
_follower: threading.Thread | None = None


def enforce() -> None:
    """Replace each filter that is out of date."""
    if packet_filter.program() is None:
        return
    with _lock:
        changed = [
            (_residents[container_id], rules)
            for container_id, rules in network_members.rulesets(list(_residents.values())).items()
            if _applied.get(container_id) != rules
        ]
        # The last of them must be in place before a caller's first packet.
        list(_pool.map(_replace, changed))


def _replace(change: tuple[Resident, str]) -> None:
    resident, rules = change
    try:
        if packet_filter.apply(resident.pid, resident.address, rules):
            _applied[resident.container_id] = rules
        else:
            _forget(resident.container_id)
    except packet_filter.FilterError as error:
        logger.warning("filter of %s not replaced: %s", resident.address, error)


def announce() -> None:
    """Have the filters checked soon, because the allowed traffic has changed."""
    _changed.set()


def arrived(client: Any, container_id: str) -> None:
    """Add a container that just started; on return its filter and those of its callees are set."""
    global _follower
    with _lock:
        if _follower is None:
            _follower = _background(_keep_following, client)
    try:
        _take_in(client.api.inspect_container(container_id))
        enforce()
    except Exception:  # it is gone, or the state changed during the read
        logger.debug("%s arrived", container_id, exc_info=True)
        announce()


def _take_in(attributes: dict[str, Any]) -> None:
    container_id, labels = attributes["Id"], attributes["Config"]["Labels"] or {}
    endpoints = attributes["NetworkSettings"]["Networks"].values()
    address = next((each["IPAddress"] for each in endpoints if each.get("IPAddress")), None)
    if not address or not attributes["State"]["Running"] or "ministack" not in labels:
        return
    with _lock:
        # Docker reassigns an address as soon as its container has ended.
        for each in [each for each in _residents.values() if each.address == address]:
            _forget(each.container_id)
        pid = attributes["State"]["Pid"]
        _residents[container_id] = Resident(container_id, pid, address, labels)


def _left(container_id: str) -> None:
    with _lock:
        _forget(container_id)
    announce()


def _forget(container_id: str) -> None:
    _residents.pop(container_id, None)
    _applied.pop(container_id, None)


def _keep_following(client: Any) -> None:
    """Remove each container when it ends; a restarted container has a new namespace."""
    labels = [f"{name}={value}" for name, value in ownership.labels().items()]
    filters = {"type": "container", "event": ["start", "die"], "label": labels}
    while True:
        try:
            for event in client.events(decode=True, filters=filters):
                if event["Action"] == "die":
                    _left(event["id"])
                elif event["id"] not in _residents:
                    arrived(client, event["id"])
        except Exception as error:
            logger.warning("the engine's events: %s", error)
        time.sleep(_RECONNECT_SECONDS)
        for each in list(_residents.values()):
            if not packet_filter.holds(each.pid, each.address):
                _left(each.container_id)


def _keep_enforcing() -> None:
    while True:
        _changed.wait()
        _changed.clear()
        try:
            enforce()
        except Exception:  # the state changed during the read: retry
            logger.debug("enforcing", exc_info=True)
            time.sleep(_RECONNECT_SECONDS)
            announce()


def _background(work: Callable[..., None], *arguments: Any) -> threading.Thread:
    thread = threading.Thread(target=work, args=arguments, daemon=True, name="security-groups")
    thread.start()
    return thread


def begin() -> None:
    """Wait for changes in the background."""
    _background(_keep_enforcing)
