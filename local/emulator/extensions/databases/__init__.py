"""RDS: the versions of its engines, and TLS to its databases."""

from . import authority, engine_versions, forced_tls

EXTENSIONS = (engine_versions, authority, forced_tls)
