"""CloudWatch's dashboards, whose bodies are as strict as on AWS."""

from . import dashboard_requests

EXTENSIONS = (dashboard_requests,)
