"""S3 buckets: what a new one has."""

from . import public_access

EXTENSIONS = (public_access,)
