"""IAM: what the policies of a caller are evaluated against."""

from . import authorization, web_identity

EXTENSIONS = (authorization, web_identity)
