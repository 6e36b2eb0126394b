"""The extensions installed once into MiniStack, and a container engine that only pretends."""

import itertools
import os
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import docker
import pytest
from docker.errors import DockerException
from ministack.services import alb, cloudwatch, ecs, servicediscovery

import start
from extensions.discovery import name_server, private_zones, resolver_cache
from extensions.metrics import minutes
from extensions.services.scheduler import scheduler_of
from extensions.tasks import container_health, health_check, start_turns

from .load_balancer import load_balancer

ROOT_KEY, ROOT_SECRET = "AKIAROOTOFTHETESTSXX", "the secret of the tests"
os.environ.update(AWS_ACCESS_KEY_ID=ROOT_KEY, AWS_SECRET_ACCESS_KEY=ROOT_SECRET)


class FakeContainer:
    """A container that runs until `exit_with` or `stop`."""

    _numbers = itertools.count(1)

    def __init__(self, engine: "FakeEngine", arguments: dict[str, Any]) -> None:
        self.id = f"{next(self._numbers):064d}"
        self.engine = engine
        self.arguments = arguments
        self.labels = arguments["labels"]
        self.exit_code: int | None = None
        self.address = next(engine.addresses)

    @property
    def attrs(self) -> dict[str, Any]:
        status = "running" if self.exit_code is None else "exited"
        networks = {"network": {"IPAddress": self.address}}
        state = {"Status": status, "ExitCode": self.exit_code or 0}
        return {
            "NetworkSettings": {"Networks": networks},
            "State": state,
            "Image": "the emulator's",
        }

    def exit_with(self, code: int) -> None:
        self.exit_code = code

    def reload(self) -> None:
        pass

    def logs(self, **options: Any) -> Iterator[bytes]:
        del options
        return iter(())

    def stop(self, timeout: int) -> None:
        if self.exit_code is None:
            self.engine.stopped.append((self.name, timeout))
            self.exit_code = 143

    def remove(self, **options: Any) -> None:
        del options
        self.engine.all.pop(self.id, None)
        self.engine.interfaces.pop(self.id, None)

    @property
    def name(self) -> str:
        return self.labels["com.amazonaws.ecs.container-name"]


class FakeEngine:
    """As much of a Docker client as MiniStack's ECS asks for."""

    def __init__(self) -> None:
        self.all: dict[str, FakeContainer] = {}
        self.interfaces: dict[str, FakeContainer] = {}
        self.started: list[str] = []
        self.stopped: list[tuple[str, int]] = []
        self.on_start: Callable[[FakeContainer], None] = lambda container: None
        # Where a test needs them, each container gets one of its own.
        self.addresses: Iterator[str] = itertools.repeat("127.0.0.1")
        self.containers = self.images = self.api = self

    def info(self) -> dict[str, Any]:
        return {"NCPU": 2, "CpuCfsQuota": True}

    def pull(self, image: str, **options: Any) -> None:
        del image, options

    def run(self, image: str, **arguments: Any) -> FakeContainer:
        del image
        container = FakeContainer(self, arguments)
        if container.name == "network-interface":
            self.interfaces[container.id] = container
            return container
        self.all[container.id] = container
        self.started.append(container.name)
        self.on_start(container)
        return container

    def list(self, **options: Any) -> "list[FakeContainer]":
        assert options == {"sparse": True, "filters": {"status": "running"}}
        return [each for each in self.all.copy().values() if each.exit_code is None]

    def get(self, container_id: str) -> FakeContainer:
        if container_id == os.environ.get("HOSTNAME"):
            return FakeContainer(self, {"labels": {}})
        if container_id not in self.all:
            raise LookupError(container_id)
        return self.all[container_id]

    def inspect_container(self, container_id: str) -> dict[str, Any]:
        return self.get(container_id).attrs


@pytest.fixture(scope="session", autouse=True)
def _installed() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as session:
        # A thread that outlives its test, a health check for one, would find the real one, or leave
        # behind the socket with which it has not.
        session.setattr(docker, "from_env", _out_of_reach)
        for extension in start.EXTENSIONS:
            # One would take port 53, the other's minutes pass when a test says so.
            if extension not in (name_server, minutes):
                extension.install()
        yield


def _out_of_reach(**options: Any) -> None:
    del options
    raise DockerException("no test reaches a container engine")


def _no_engine() -> None:
    raise AssertionError("a unit test asked for a real container engine")


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    # By asking for `monkeypatch` this ends before its replacements do.
    monkeypatch.setattr(docker, "from_env", lambda **options: _no_engine())
    monkeypatch.setattr(ecs, "_docker", FakeEngine())
    yield
    try:
        _stop_all()
    finally:  # a task that does not stop fails its own test, and not those that follow
        _clear()


def _stop_all() -> None:
    for key, service in list(ecs._services.items()):
        with scheduler_of(key):  # a scheduler at work would start a task in the next test
            service["status"] = "INACTIVE"
    for task in list(ecs._tasks.values()):
        ecs._stop_task({"task": task["taskArn"], "cluster": task["clusterArn"]})
    # Tasks that are still starting end once they notice; on a busy machine that takes its time.
    wait_for(lambda: all(each["lastStatus"] == "STOPPED" for each in ecs._tasks.values()), 20)


def _clear() -> None:
    for store in (ecs._clusters, ecs._task_defs, ecs._task_def_latest, ecs._services, ecs._tasks):
        store.clear()
    for store in (alb._tgs, alb._targets, alb._tg_attrs, alb._lbs, alb._listeners, alb._rules):
        store.clear()
    for store in (servicediscovery._namespaces, servicediscovery._services):
        store.clear()
    servicediscovery._instances.clear()
    private_zones._withdrawn.clear()


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> FakeEngine:
    """Return the engine that ECS talks to; containers are healthy unless a test says otherwise."""
    fake = FakeEngine()
    monkeypatch.setattr(ecs, "_docker", fake)
    monkeypatch.setenv("HOSTNAME", "localhost")
    monkeypatch.setattr(health_check, "probe", lambda container_id, check: True)
    monkeypatch.setattr(container_health, "SETTLED_SECONDS", 0.1)
    monkeypatch.setattr(health_check, "STARTING_PAUSE", 0.05)
    # However few processors the machine has.
    monkeypatch.setattr(start_turns, "turns", threading.BoundedSemaphore(100))
    return fake


@pytest.fixture
def metrics() -> Iterator[None]:
    """Begin and end without metrics and alarms."""
    for store in (cloudwatch._metrics, cloudwatch._alarms):
        store.clear()
    yield
    for store in (cloudwatch._metrics, cloudwatch._alarms):
        store.clear()


class Clock:
    """The time of the name server, which passes when a test says so."""

    now = 0.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    fake = Clock()
    monkeypatch.setattr(private_zones, "time", fake)
    monkeypatch.setattr(resolver_cache, "time", fake)
    return fake


@pytest.fixture
def listener() -> str:
    """Return the listener of a new load balancer."""
    return load_balancer()


@pytest.fixture
def web() -> Iterator[tuple[int, dict[str, int]]]:
    """Return the port of a web server and the status code of each path that it answers."""
    codes = {"/health": 200}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(codes.get(self.path, 404))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield server.server_port, codes
    server.shutdown()
    server.server_close()


def wait_for(condition: Callable[[], Any], seconds: float = 60) -> None:
    """Wait until a condition holds, or fail; on a busy machine it may take long."""
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends, "it did not come true in time"
        time.sleep(0.01)


NETWORK = {"awsvpcConfiguration": {"subnets": ["subnet-1"]}}
CONTAINER = {"name": "app", "image": "app@sha256:1", "essential": True}


def run_service(*containers: dict[str, Any], desired: int = 1, **settings: Any) -> dict[str, Any]:
    """Register a task definition and create the service `app` in the cluster `main`."""
    revision = register(*containers)
    ecs._create_cluster({"clusterName": "main"})
    breaker = {"deploymentCircuitBreaker": {"enable": True, "rollback": True}}
    request = {
        "cluster": "main",
        "serviceName": "app",
        "taskDefinition": revision,
        "desiredCount": desired,
        "deploymentConfiguration": breaker,
        **settings,
    }
    ecs._create_service(request)
    return ecs._services["main/app"]


def register(*containers: dict[str, Any]) -> str:
    """Register a revision of the task definition `app`; its name."""
    definitions = [{**CONTAINER, **each} for each in containers or ({},)]
    ecs._register_task_definition(
        {"family": "app", "networkMode": "awsvpc", "containerDefinitions": definitions}
    )
    return f"app:{ecs._task_def_latest['app']}"


def tasks(status: str | None = None) -> list[dict[str, Any]]:
    """Return the tasks, or those in one state."""
    return [each for each in ecs._tasks.values() if status in (None, each["lastStatus"])]


def target_group(port: int, path: str = "/health") -> str:
    """Create a target group with short intervals behind a load balancer; its ARN."""
    arn = f"arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/app/{port}"
    alb._tgs[arn] = {
        "TargetGroupArn": arn,
        "TargetGroupName": "app",
        "Port": port,
        "HealthCheckEnabled": True,
        "HealthCheckPath": path,
        "HealthCheckPort": "traffic-port",
        "HealthCheckIntervalSeconds": 0.2,
        "HealthCheckTimeoutSeconds": 1,
        "HealthyThresholdCount": 2,
        "UnhealthyThresholdCount": 2,
        "Matcher": {"HttpCode": "200"},
        "TargetType": "ip",
    }
    alb._listeners[f"listener-of-{arn}"] = {
        "LoadBalancerArn": "balancer",
        "DefaultActions": [{"Type": "forward", "TargetGroupArn": arn}],
    }
    alb._targets[arn] = []
    alb._tg_attrs[arn] = [{"Key": "deregistration_delay.timeout_seconds", "Value": "5"}]
    return arn
