"""What is measured once a minute: services, queues and load balancers.

No two extensions share a function, so their order does not matter.
"""

from . import balancer_metrics, queue_metrics, service_metrics

EXTENSIONS = (balancer_metrics, queue_metrics, service_metrics)
