"""Start the local AWS: MiniStack with the extensions."""

import logging

from ministack.app import main

from extensions import (
    access,
    alarms,
    buckets,
    dashboards,
    databases,
    discovery,
    iam,
    identity,
    jobs,
    load_balancing,
    logs,
    measurement,
    metrics,
    parameters,
    queues,
    repositories,
    requests,
    scaling,
    schedules,
    security,
    services,
    state,
    tasks,
    timed_scaling,
    topics,
)
from extensions.requests import validation

# Of two extensions of one function, the later one is called first. Where two packages share a
# function, most refuse a request or add to its answer: another order would at most choose another
# of two errors. `tests/test_order.py` lists all shared functions.
PACKAGES = (
    state,
    schedules,
    scaling,
    iam,
    identity,
    load_balancing,
    discovery,  # after `load_balancing`: `cloud_map` extends what `target_registration` replaces
    tasks,
    services,
    jobs,
    security,
    databases,
    logs,
    parameters,
    queues,
    buckets,
    measurement,
    timed_scaling,
    topics,
    alarms,
    dashboards,
    metrics,  # after `alarms` and `dashboards`, which read what it makes of a request
    repositories,
    requests,
    access,
)

EXTENSIONS = tuple(extension for package in PACKAGES for extension in package.EXTENSIONS)


def install() -> None:
    """Install every extension, in order."""
    for extension in EXTENSIONS:
        extension.install()


def serve() -> None:
    """Serve until stopped, then log the counts of the requests."""
    try:
        main()
    finally:
        validation.tell()


if __name__ == "__main__":
    install()
    logging.getLogger("emulator").info("%d extensions installed", len(EXTENSIONS))
    serve()
