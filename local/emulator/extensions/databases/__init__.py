"""RDS: the versions of its engines, and clusters that are renamed, kept, restored and deleted.

`restores` makes clusters through all that the others add to a cluster's creation.
"""

from . import cluster_settings, engine_versions, identities, restores, snapshots

EXTENSIONS = (engine_versions, identities, cluster_settings, snapshots, restores)
