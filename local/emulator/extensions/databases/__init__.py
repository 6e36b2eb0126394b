"""RDS: the versions of its engines, and clusters that are renamed, kept, restored and deleted."""

from . import engine_versions, identities, restores, snapshots

EXTENSIONS = (engine_versions, identities, snapshots, restores)
