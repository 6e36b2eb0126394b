"""Times that are written down: `rate(…)`, `cron(…)` and `at(…)`, for jobs and for scaling."""

from . import expressions

EXTENSIONS = (expressions,)
