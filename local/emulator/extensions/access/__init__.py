"""Who may use the local AWS, and for what.

The front door comes last, so that no other extension sees a request that it refuses. The others
extend different functions, in any order.
"""

from . import container_guard, front_door, registry_login, root_key, services_in_use

EXTENSIONS = (root_key, services_in_use, registry_login, container_guard, front_door)
