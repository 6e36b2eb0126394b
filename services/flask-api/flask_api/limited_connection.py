"""A connection to PostgreSQL on which no statement waits for ever."""

from math import inf
from time import monotonic
from typing import TypeVar

from psycopg import Connection
from psycopg.abc import PQGen
from psycopg.rows import TupleRow

RV = TypeVar("RV")

# Seconds between two looks for a signal.
INTERVAL_S = 0.1


class LimitedConnection(Connection[TupleRow]):
    """After `deadline`, a time of `monotonic`, every wait for the server is an `OperationalError`.

    psycopg itself waits for as long as a frozen server keeps the connection, and
    `statement_timeout` is the server's to keep."""

    deadline = inf

    def wait(
        self, gen: PQGen[RV], interval: float = INTERVAL_S, timeout: float | None = None
    ) -> RV:
        left = max(0.001, self.deadline - monotonic())
        if timeout is None and left < inf:
            timeout = left
        return super().wait(gen, interval, timeout)
