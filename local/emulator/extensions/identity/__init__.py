"""Cognito: what its user pools refuse, and the tags that IAM sees in a request for one.

No two extensions share a function, so their order does not matter.
"""

from . import pool_tags, user_pools

EXTENSIONS = (user_pools, pool_tags)
