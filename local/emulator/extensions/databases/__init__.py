"""RDS: its engines, master users' secrets, TLS, and clusters renamed, kept, restored, deleted."""

from . import (
    authority,
    engine_versions,
    forced_tls,
    identities,
    master_secret,
    restores,
    snapshots,
)

EXTENSIONS = (
    engine_versions,
    master_secret,
    authority,
    forced_tls,
    identities,
    snapshots,
    restores,
)
