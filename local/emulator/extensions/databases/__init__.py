"""RDS: the versions of its engines, and the secrets of its master users."""

from . import engine_versions, master_secret

EXTENSIONS = (engine_versions, master_secret)
