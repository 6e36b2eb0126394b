"""Who may use the local AWS, and for what.

The front door comes last of those that look at requests, so that no other sees one that it refuses;
the time of an answer is that of a refusal too. The others extend different functions, in any order.
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
