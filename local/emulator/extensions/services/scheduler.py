"""One scheduler per service: what a service lacks is counted and started in one step.

MiniStack counts a service's tasks and starts what is missing in whatever thread notices a change.
If two tasks fail at once, two threads notice it, and each starts two replacements.
"""

import threading
from collections.abc import Callable
from typing import Any

from ministack.services import ecs

from .. import seam

# A scheduler that completes a deployment on its way schedules once more, in the same thread.
_schedulers: dict[str, Any] = {}


def scheduler_of(svc_key: str) -> Any:
    """The lock under which a service, named `CLUSTER/SERVICE`, is scheduled."""
    return _schedulers.setdefault(svc_key, threading.RLock())


def _one_at_a_time(original: Callable[..., None]) -> Callable[..., None]:
    def reconcile(cluster_name: str, svc_key: str) -> None:
        with scheduler_of(svc_key):
            original(cluster_name, svc_key)

    return reconcile


def install() -> None:
    seam.wrap(ecs, "_reconcile_service_tasks", "cluster_name svc_key", _one_at_a_time)
