"""Aurora clusters, and a container engine that keeps no data but says what is done to volumes."""

import re
from typing import Any

from docker.errors import NotFound
from ministack.services import rds

from extensions.access import container_guard


class FakeVolumes:
    """The volumes of the engine, by name; each copy says what it was copied from."""

    def __init__(self) -> None:
        self.of: dict[str, str] = {}
        self.events: list[str] = []
        self.volumes = self.containers = self

    def create(self, name: str, labels: dict[str, str]) -> None:
        del labels
        self.of[name] = ""

    def run(self, image: str, volumes: dict[str, Any], **options: Any) -> None:
        del image
        assert container_guard.problems({"volumes": volumes, **options}) == []
        source, target = volumes
        self.of[target] = source
        self.events.append(f"copy {source}")

    def get(self, name: str) -> "FakeVolumes | FakeServer":
        if name == "server":
            return FakeServer(self)
        if name not in self.of:
            raise NotFound(name)
        self._found = name
        return self

    def remove(self) -> None:
        del self.of[self._found]


class FakeServer:
    """The container of a cluster's PostgreSQL."""

    status = "running"

    def __init__(self, engine: FakeVolumes) -> None:
        self._engine = engine

    def pause(self) -> None:
        self._engine.events.append("pause")

    def unpause(self) -> None:
        self._engine.events.append("unpause")


def call(action: str, **request: str) -> tuple[int, str]:
    """Send a request to RDS; the status and the answer."""
    parameters = {name.replace("__", "."): [value] for name, value in request.items()}
    status, _, body = rds._ACTION_MAP[action](parameters)
    return status, body.decode()


def cluster(name: str = "c", **request: str) -> dict[str, Any]:
    """Create a cluster that has stored something."""
    managed = {"MasterUsername": "platform", "ManageMasterUserPassword": "true", **request}
    status, answer = call(
        "CreateDBCluster",
        DBClusterIdentifier=name,
        Engine="aurora-postgresql",
        DatabaseName="platform",
        **managed,
    )
    assert status == 200, answer
    made = rds._clusters[name]
    made.update(_shared_volume_name=f"{name}-data", _shared_container_id="server")
    return made


def code(answer: tuple[int, str]) -> str:
    """The code of a refusal; empty if there is none."""
    return "".join(re.findall(r"<Code>(.*?)</Code>", answer[1]))
