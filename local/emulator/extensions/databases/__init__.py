"""RDS: the versions of its engines."""

from . import engine_versions

EXTENSIONS = (engine_versions,)
