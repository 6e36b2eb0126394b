"""Who may use the local AWS, and for what.

No other extension sees a request that the front door refuses, except the one that gives every
answer its time, refusals too. The others extend different functions, in any order.
"""

from . import (
    answer_time,
    container_guard,
    front_door,
    registry_login,
    root_key,
    services_in_use,
)

EXTENSIONS = (
    root_key,
    services_in_use,
    registry_login,
    container_guard,
    front_door,
    answer_time,
)
