"""How gunicorn serves the application; it reads this file from its working directory."""

import os
import sys

from gunicorn.arbiter import Arbiter

from flask_api import drain
from flask_api.logs import logging_config
from flask_api.settings import SettingsError, load_settings

try:
    settings = load_settings(os.environ)
except SettingsError as error:
    # Here, before there is a worker: gunicorn would report a worker's failure with a traceback.
    sys.exit(str(error))

wsgi_app = "flask_api.wsgi:asgi"
bind = f"0.0.0.0:{settings.port}"
logconfig_dict = logging_config(settings.log_level)
loglevel = settings.log_level

worker_class = "flask_api.worker.Worker"

# Longer than the idle time-out of the load balancer (60 s). The side that closes an idle connection
# must be the balancer: one that sends a request into a connection which is just being closed here
# answers its client with 502.
keepalive = 75

# What is in flight after the drain gets this long. The platform leaves 15 s between the drain and
# the SIGKILL.
graceful_timeout = 8


def when_ready(server: Arbiter) -> None:
    del server
    drain.precede_sigterm(settings.drain_seconds)


# Its folder may be read-only. The worker's heartbeat file goes to /tmp, which a task has in memory.
control_socket_disable = True
