"""IAM: what the policies of a caller are evaluated against."""

from . import authorization

EXTENSIONS = (authorization,)
