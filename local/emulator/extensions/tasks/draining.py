"""How a task stops: deregistration, requests in flight, SIGTERM, stop timeout.

MiniStack kills a task's containers while the load balancer may still be waiting for their answers,
gives them five seconds regardless of the task definition, and blocks the API call meanwhile. ECS
deregisters the task, waits until no request is in flight or the group's deregistration delay has
passed, sends SIGTERM and, after `stopTimeout`, SIGKILL; a container that another one depends on is
told after that one has stopped. The caller does not wait for this.
"""

import contextlib
import functools
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ministack.core.concurrency import resource_lock, spawn_background
from ministack.core.responses import now_iso
from ministack.services import alb, ecs

from .. import seam
from ..load_balancing import routing
from .container_settings import DEPENDS_ON_LABEL, STOP_TIMEOUT_LABEL
from .failure import service_of

Task = dict[str, Any]

_POLL_SECONDS = 0.05
# By then, a request routed to the target just before its deregistration has been counted.
_LAST_REQUEST_SECONDS = 0.2
_LAST_LOG_LINES_SECONDS = 10.0
_DELAY = "deregistration_delay.timeout_seconds"


def deregistration_delay(service: Task | None) -> float:
    """The longest deregistration delay of the service's target groups, in seconds."""
    delays = [
        float(attribute["Value"])
        for balancer in (service or {}).get("loadBalancers") or []
        for attribute in alb._tg_attrs.get(balancer.get("targetGroupArn"), [])
        if attribute["Key"] == _DELAY
    ]
    return max(delays, default=0.0)


def _drain(task: Task, delay: float) -> None:
    address = ecs._task_ip(task)
    if not address or not task.get("_admitted"):
        return
    time.sleep(min(delay, _LAST_REQUEST_SECONDS))
    ends = time.monotonic() + delay
    while time.monotonic() < ends and routing.in_flight(address):
        time.sleep(_POLL_SECONDS)


def _finish_logs(task_id: str) -> None:
    """Give the log forwarders of a task time to deliver its last lines."""
    prefix = f"ministack-ecs-awslogs-{task_id[:8]}-"
    ends = time.monotonic() + _LAST_LOG_LINES_SECONDS
    # Not `join`, which refuses a thread that is about to start.
    while any(each.name.startswith(prefix) for each in threading.enumerate()):
        if time.monotonic() > ends:
            return
        time.sleep(_POLL_SECONDS)


def stop(container: Any) -> int | None:
    """Stop a container with its own timeout; return its exit code if it is still known."""
    with contextlib.suppress(Exception):
        container.stop(timeout=int(container.labels.get(STOP_TIMEOUT_LABEL) or 30))
        container.reload()
        return int(container.attrs["State"]["ExitCode"])
    return None


def _retire(task: Task, docker_client: Any, original: Callable[..., None], extra: Any) -> None:
    # Whatever fails, the task ends: a deployment waits for that, and nothing else would stop it.
    with contextlib.ExitStack() as ends:
        ends.callback(_advance, task, "STOPPED")
        ends.callback(original, task, docker_client, extra)
        ends.callback(task.update, _retiring=False)
        _drain(task, deregistration_delay(service_of(task)))
        _advance(task, "STOPPING")
        _stop_all(task, docker_client)
        _finish_logs(task["taskArn"].rsplit("/", 1)[-1])


def _stop_all(task: Task, docker_client: Any) -> None:
    """Stop each container once all those that depend on it have stopped, as the agent does."""
    containers = _containers(task, docker_client)
    stopped = {name: threading.Event() for name in containers}

    def stop_in_turn(name: str) -> None:
        try:
            for other, container in containers.items():
                if name in container.labels.get(DEPENDS_ON_LABEL, "").split(","):
                    stopped[other].wait()
            _stop_and_record(task, name, containers[name])
        finally:
            stopped[name].set()

    with ThreadPoolExecutor(max(1, len(containers))) as stoppers:
        list(stoppers.map(stop_in_turn, containers))


def _containers(task: Task, docker_client: Any) -> dict[str, Any]:
    """Those that still exist, by name."""
    found = []
    for container_id in list(task.get("_docker_ids") or []):
        with contextlib.suppress(Exception):  # it is gone
            found.append(docker_client.containers.get(container_id))
    return {each.labels["com.amazonaws.ecs.container-name"]: each for each in found}


def _stop_and_record(task: Task, name: str, container: Any) -> None:
    code = stop(container)
    with resource_lock("ecs-task", task["taskArn"]):
        for entry in task.get("containers", []):
            if entry["name"] == name and code is not None:
                entry["exitCode"] = code


def _advance(task: Task, status: str) -> None:
    with resource_lock("ecs-task", task["taskArn"]):
        task["lastStatus"] = status
        if status == "STOPPED":
            task["stoppedAt"] = task["executionStoppedAt"] = now_iso()


def _in_background(original: Callable[..., None]) -> Callable[..., None]:
    def cleanup(task: Task, docker_client: Any, extra_container: Any = None) -> None:
        docker_client = docker_client or ecs._get_docker()
        with resource_lock("ecs-task", task["taskArn"]):
            first = bool(task.get("_docker_ids")) and "_retiring" not in task
            if first:
                task["_retiring"] = True
        if not first:
            if not task.get("_retiring") or extra_container is not None:
                original({**task, "_docker_ids": []}, docker_client, extra_container)
            return
        _advance(task, "DEACTIVATING")
        retire = functools.partial(_retire, task, docker_client, original, extra_container)
        try:
            spawn_background(retire, thread_name="retire-task")
        except RuntimeError:  # there are too many threads: the caller waits
            retire()

    return cleanup


def install() -> None:
    seam.wrap(ecs, "_cleanup_task_resources", "task docker_client extra_container", _in_background)
