"""CloudWatch Logs as it is used: the log driver's options, pages of events, Container Insights.

No two extensions share a function, so their order does not matter.
"""

from . import container_insights, filter_pages, flow_logs, log_driver

EXTENSIONS = (log_driver, container_insights, filter_pages, flow_logs)
