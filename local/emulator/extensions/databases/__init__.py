"""RDS: its engines, master users' secrets, TLS, and clusters renamed, kept, restored, deleted.

`restores` makes clusters through all that the others add to a cluster's creation.
"""

from . import (
    authority,
    cluster_settings,
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
    cluster_settings,
    snapshots,
    restores,
)
