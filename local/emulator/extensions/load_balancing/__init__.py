"""Application Load Balancers: their rules, the health of their targets, and their routing.

No two extensions share a function, so their order does not matter.
"""

from . import (
    listener_rules,
    load_balancer_attributes,
    routing,
    rule_quotas,
    target_group_use,
    target_health,
    target_registration,
    web_acls,
)

EXTENSIONS = (
    target_health,
    target_registration,
    target_group_use,
    rule_quotas,
    listener_rules,
    load_balancer_attributes,
    routing,
    web_acls,
)
