"""The database's authorities as a file, because libpq takes them from nothing else."""

import os
from functools import cache


@cache
def authority_file(pem: str) -> str:
    """A path at which this process, and what it forks, reads `pem`. It is in memory: a task can
    write to no disk, and nobody else can open it."""
    descriptor = os.memfd_create("database-authorities")
    with open(descriptor, "wb", closefd=False) as file:
        file.write(pem.encode())
    return f"/proc/self/fd/{descriptor}"
