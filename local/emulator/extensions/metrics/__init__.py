"""CloudWatch's metrics: their data points, and the minute that each of these is about.

No two extensions share a function, so their order does not matter.
"""

from . import minutes

EXTENSIONS = (minutes,)
