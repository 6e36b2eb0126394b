"""Application Auto Scaling: scalable targets, scaling policies, and their end with a service.

No two extensions share a function, so their order does not matter.
"""

from . import application_autoscaling, deleted_services

EXTENSIONS = (application_autoscaling, deleted_services)
