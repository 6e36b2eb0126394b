"""CloudWatch's metrics: their data points, the minute that each of these is about, its protocol."""

from . import minutes, query_answers

# `query_answers` turns a request into one that every other extension of its function reads.
EXTENSIONS = (minutes, query_answers)
