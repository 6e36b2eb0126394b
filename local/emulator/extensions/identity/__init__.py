"""Cognito: what its user pools refuse."""

from . import user_pools

EXTENSIONS = (user_pools,)
