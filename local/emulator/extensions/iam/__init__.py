"""IAM: what the policies of a caller are evaluated against."""

from . import (
    authorization,
    further_checks,
    principal_arn,
    secure_transport,
    service_roles,
    web_identity,
)

# `further_checks` is called before `authorization`, which tells each check the resource's tags.
EXTENSIONS = (
    authorization,
    further_checks,
    principal_arn,
    secure_transport,
    service_roles,
    web_identity,
)
