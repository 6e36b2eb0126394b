"""Security groups: their rules, enforced by packet filters in the containers' namespaces.

Both extend the same function: one adds tags, the other reports the change, in any order.
"""

from . import group_rules, groups

EXTENSIONS = (group_rules, groups)
