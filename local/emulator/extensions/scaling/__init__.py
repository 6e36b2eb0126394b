"""Application Auto Scaling: scalable targets, scaling policies at work, their end with a service.

No two extensions share a function, so their order does not matter.
"""

from . import application_autoscaling, deleted_services, dynamic_scaling, target_alarms

EXTENSIONS = (application_autoscaling, deleted_services, dynamic_scaling, target_alarms)
