"""RDS: its engines' versions, master users' secrets, and clusters renamed, kept, restored, deleted."""

from . import engine_versions, identities, master_secret, restores, snapshots

EXTENSIONS = (engine_versions, master_secret, identities, snapshots, restores)
