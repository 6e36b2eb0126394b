from collections.abc import Iterator
from typing import Any

import pytest
from ministack.services import rds

from extensions.measurement import database_metrics
from extensions.measurement.database_metrics import capacity
from extensions.metrics import minutes, series

GIB = 1024**3


class Server:
    """The container of a cluster's PostgreSQL, with the engine's numbers."""

    id = "server"
    status = "running"

    def __init__(self) -> None:
        self.seconds, self.memory = 100.0, 0.1 * GIB
        self.processes = ["postgres -c config_file", "postgres: checkpointer"]
        self.containers = self

    def get(self, container_id: str) -> "Server":
        if container_id != self.id:
            raise LookupError(container_id)
        return self

    def stats(self, stream: bool, one_shot: bool) -> dict[str, Any]:
        assert (stream, one_shot) == (False, True)
        return {
            "cpu_stats": {"cpu_usage": {"total_usage": self.seconds * 1e9}},
            "memory_stats": {"usage": self.memory, "stats": {"inactive_file": 0}},
        }

    def top(self) -> dict[str, Any]:
        return {"Processes": [["root", str(pid), each] for pid, each in enumerate(self.processes)]}


@pytest.fixture(autouse=True)
def server(metrics: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """Return the server of the cluster `dev`, of 0.5 to 4 units, with an instance."""
    del metrics
    monkeypatch.delenv(minutes.VARIABLE, raising=False)
    fake = Server()
    monkeypatch.setattr(rds, "_get_docker", lambda: fake)
    rds._clusters["dev"] = {
        "DBClusterArn": "arn:aws:rds:us-east-1:000000000000:cluster:dev",
        "DBClusterMembers": [{"DBInstanceIdentifier": "dev-1"}],
        "ServerlessV2ScalingConfiguration": {"MinCapacity": 0.5, "MaxCapacity": 4},
        "_shared_container_id": "server",
    }
    yield fake
    rds._clusters.clear()
    for store in (database_metrics._capacities, database_metrics._counted):
        store.clear()


def read(name: str, kind: str = "DBClusterIdentifier", of: str = "dev") -> list[float]:
    found = series.read(("AWS/RDS", name), {kind: of}, "Average", minutes.number_of)
    return [found[minute] for minute in sorted(found)]


def pass_minutes(server: Server, *vcpus: float) -> None:
    """Let the server use so many vCPUs in each minute."""
    for number, used in enumerate(vcpus):
        server.seconds += 60 * used
        database_metrics.publish(number * 60 + 30)


def test_load_raises_the_capacity_and_idleness_lowers_it_step_by_step(server: Server) -> None:
    pass_minutes(server, 0, 0.6, 0, 0, 0, 0, 0)
    # 0.6 vCPU are of 2.4 units.
    assert read("ServerlessDatabaseCapacity") == [0.5, 2.5, 2.0, 1.5, 1.0, 0.5, 0.5]
    assert read("ACUUtilization") == [12.5, 62.5, 50, 37.5, 25, 12.5, 12.5]


def test_the_maximum_is_used_up_under_more_load_than_it_has(server: Server) -> None:
    pass_minutes(server, 0, 3)
    assert read("ACUUtilization")[-1] == 100
    assert read("CPUUtilization") == [100]


def test_memory_needs_capacity_too(server: Server) -> None:
    server.memory = 3.1 * GIB
    pass_minutes(server, 0)
    assert read("ServerlessDatabaseCapacity") == [2]


def test_the_cpu_in_use_is_of_what_the_maximum_has(server: Server) -> None:
    pass_minutes(server, 0, 0.25)
    # Four units are a vCPU. There is no difference at the first look.
    assert read("CPUUtilization") == [25]


def test_clients_are_counted_and_the_server_s_own_processes_are_not(server: Server) -> None:
    server.processes += [
        "postgres: app orders 172.18.0.5(41234) idle",
        "postgres: app orders 172.18.0.6(41235) SELECT",
        "postgres: autovacuum launcher",
    ]
    pass_minutes(server, 0)
    assert read("DatabaseConnections") == [2]


def test_an_instance_has_them_too(server: Server) -> None:
    pass_minutes(server, 0, 0.6)
    for name in ("ServerlessDatabaseCapacity", "ACUUtilization", "CPUUtilization"):
        assert read(name, "DBInstanceIdentifier", "dev-1") == read(name) != []


@pytest.mark.parametrize(
    "changes", [{"_shared_container_id": None}, {"ServerlessV2ScalingConfiguration": None}]
)
def test_a_cluster_without_a_server_or_a_range_has_none(
    server: Server, changes: dict[str, None]
) -> None:
    rds._clusters["dev"].update(changes)
    pass_minutes(server, 0, 1)
    assert read("ACUUtilization") == []


def test_nor_has_one_whose_server_is_gone(server: Server) -> None:
    server.id = "another"
    pass_minutes(server, 0, 1)
    assert read("ACUUtilization") == []


def test_nor_has_one_whose_server_does_not_run(server: Server) -> None:
    server.status = "exited"
    pass_minutes(server, 0, 1)
    assert read("ACUUtilization") == []


def test_a_server_that_was_started_anew_is_seen_for_the_first_time(server: Server) -> None:
    pass_minutes(server, 0, 1)
    server.seconds = 3.0
    database_metrics.publish(150)
    server.seconds += 15
    database_metrics.publish(210)
    # Of a vCPU: all of it, nothing known, a quarter.
    assert read("CPUUtilization") == [100, 25]


def test_an_error_with_one_cluster_takes_the_metrics_of_no_other(server: Server) -> None:
    rds._clusters["prod"] = dict(rds._clusters["dev"])
    rds._clusters["dev"]["ServerlessV2ScalingConfiguration"] = {"MinCapacity": 0.5}
    pass_minutes(server, 0)
    assert read("ACUUtilization") == []
    assert read("ACUUtilization", of="prod") == [12.5]


def test_capacity_stays_in_its_range() -> None:
    assert capacity(4, 0, 0, least=1, most=4) == 3.5
    assert capacity(1, 0, 0, least=1, most=4) == 1
    assert capacity(1, 9, 0, least=1, most=4) == 4
    # A range that was made smaller counts at once.
    assert capacity(8, 0, 0, least=1, most=4) == 4


def test_they_are_published_once_a_minute() -> None:
    assert minutes.publishers.count(database_metrics.publish) == 1
