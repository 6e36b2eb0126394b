"""CloudWatch Logs as ECS uses it: the options of the log driver, and Container Insights.

No two extensions share a function, so their order does not matter.
"""

from . import container_insights, flow_logs, log_driver

EXTENSIONS = (log_driver, container_insights, flow_logs)
