"""Versions of Aurora PostgreSQL Limitless Database, which AWS lists with all the others.

MiniStack lists those of major version 16. AWS lists some without a regular counterpart (such as
`16.4-limitless` after `16.4` was retired), so here each major version from 16 on has one that is
newer than all the others. A cluster of such a version must be a limitless one.
https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/limitless-cluster.html
"""

from collections.abc import Callable
from typing import Any

from ministack.services import rds

from .. import seam

Record = dict[str, Any]

ENGINE = "aurora-postgresql"
SUFFIX = "-limitless"
_FIRST_MAJOR = 16


def with_limitless(versions: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the versions with their families, with a limitless one after each major version."""
    minors: dict[int, list[int]] = {}
    for version, _ in versions:
        major, minor = version.removesuffix(SUFFIX).split(".")
        minors.setdefault(int(major), []).append(int(minor))
    added = [
        (f"{major}.{max(found) + 1}{SUFFIX}", f"{ENGINE}{major}")
        for major, found in minors.items()
        if major >= _FIRST_MAJOR
    ]
    return [*versions, *added]


def _of_its_kind(original: Callable[..., Any]) -> Callable[..., Any]:
    def create(p: Record) -> Any:
        is_limitless = rds._p(p, "EngineVersion").endswith(SUFFIX)
        if is_limitless and rds._p(p, "ClusterScalabilityType") != "limitless":
            return rds._error(
                "InvalidParameterCombination",
                "The engine version that you specified is for Aurora Limitless Database: "
                "set ClusterScalabilityType to limitless",
                400,
            )
        return original(p)

    return create


def install() -> None:
    seam.check(rds, "_p", "params key default")
    seam.wrap(rds, "_create_db_cluster", "p", _of_its_kind)
    versions = rds.AURORA_POSTGRESQL_ENGINE_VERSIONS
    versions[:] = with_limitless(versions)
    rds.AURORA_POSTGRESQL_ENGINE_VERSION_SET.update(version for version, _ in versions)
