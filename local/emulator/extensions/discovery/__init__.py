"""Service discovery: tasks as Cloud Map instances, and the names that they resolve from.

No two extensions share a function, so their order does not matter.
"""

from . import cloud_map, name_server

EXTENSIONS = (cloud_map, name_server)
