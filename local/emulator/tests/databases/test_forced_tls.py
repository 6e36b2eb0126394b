import io
import tarfile
from collections.abc import Iterator
from typing import Any

import pytest
from ministack.services import rds

from extensions.databases import forced_tls

GROUP = "parameters"


class Engine:
    """Keeps what a container would be made of."""

    def __init__(self) -> None:
        self.containers = self
        self.made: dict[str, Any] = {}
        self.archive = b""

    def create(self, **arguments: Any) -> "Engine":
        self.made = arguments
        return self

    def put_archive(self, path: str, archive: bytes) -> bool:
        assert path == "/"
        self.archive = archive
        return True

    def start(self) -> None:
        pass

    def rules(self) -> str:
        """The rules in the file that the server is told to read."""
        words = " ".join(self.made["command"])
        path = words.partition("hba_file=")[2].split()[0]
        with tarfile.open(fileobj=io.BytesIO(self.archive)) as bundle:
            entry = bundle.getmember(path.lstrip("/"))
            assert entry.mode == 0o600
            content = bundle.extractfile(entry)
            assert content is not None
            return content.read().decode()


@pytest.fixture(autouse=True)
def _clean() -> Iterator[None]:
    yield
    rds._clusters.clear()
    rds._db_cluster_param_groups.clear()


def server(version: str, value: str | None, **more: Any) -> Engine:
    """The container of a cluster's server, where the cluster has its own parameters or AWS's."""
    rds._db_cluster_param_groups[GROUP] = {
        "Parameters": {forced_tls.PARAMETER: {"ParameterValue": value}} if value else {}
    }
    rds._clusters["c"] = {"EngineVersion": version, "DBClusterParameterGroup": GROUP}
    engine = Engine()
    arguments = {"image": "postgres", "labels": {"cluster_id": "c"}, **more}
    rds._run_rds_container(engine, forced_tls.ENGINE, arguments)
    return engine


def accepts_without_tls(rules: str) -> bool:
    return any(line.startswith("host ") for line in rules.splitlines())


@pytest.mark.parametrize(
    ("version", "value", "accepted"),
    [
        ("17.7", "1", False),
        ("17.7", None, False),
        ("17.7", "0", True),
        ("16.11", None, True),
        ("16.11", "1", False),
        ("16.4-limitless", None, True),
    ],
)
def test_connections_without_tls_are_accepted_as_the_parameter_says(
    version: str, value: str | None, accepted: bool
) -> None:
    assert accepts_without_tls(server(version, value).rules()) is accepted


def test_connections_with_tls_are_always_accepted() -> None:
    for value in ("0", "1"):
        assert "all all all scram-sha-256" in server("17.7", value).rules()


def test_a_reader_refuses_them_too() -> None:
    script = "set -eu\nexec gosu postgres postgres\n"
    engine = server("17.7", "1", command=["sh", "-c", script])
    assert not accepts_without_tls(engine.rules())
    (script,) = [word for word in engine.made["command"] if word.startswith("set -eu")]
    flags = "-c hba_file=/ministack-rds-tls/hostssl.conf"
    assert script.endswith(f'exec gosu postgres postgres "$@" {flags}\n')


def test_the_server_presents_a_certificate() -> None:
    words = " ".join(server("17.7", "1").made["command"])
    assert "-c ssl=on" in words
    assert "ssl_key_file=/ministack-rds-tls/server.key" in words


def test_an_engine_other_than_aurora_postgresql_is_left_alone() -> None:
    engine = Engine()
    rds._run_rds_container(engine, "postgres", {"image": "postgres", "labels": {"db_id": "d"}})
    assert "hba_file" not in " ".join(engine.made["command"])
