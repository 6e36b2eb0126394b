"""What is measured once a minute: services, queues, load balancers and databases; and executions.

Only functions that `jobs` extends are shared, and no order of theirs matters.
"""

from . import (
    balancer_metrics,
    database_metrics,
    execution_metrics,
    queue_metrics,
    service_metrics,
)

EXTENSIONS = (
    balancer_metrics,
    database_metrics,
    execution_metrics,
    queue_metrics,
    service_metrics,
)
