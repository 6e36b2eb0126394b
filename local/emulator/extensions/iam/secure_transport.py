"""The local AWS's own front door counts as TLS: `aws:SecureTransport` is true for every request.

Policies of queues and buckets deny requests without TLS. The local AWS speaks plain HTTP, but only
on 127.0.0.1 and in its own Docker network, so such a policy would refuse everything here, and
nothing on AWS, whose endpoints the SDKs only call with TLS. A policy that demands the contrary is
refused here as there.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from collections.abc import Callable
from contextvars import ContextVar

from ministack import app
from ministack.core import iam_evaluator

from .. import seam


def _as_tls(original: Callable[[str, bool], None]) -> Callable[[str, bool], None]:
    def pin(source_ip: str, secure_transport: bool) -> None:
        del secure_transport
        original(source_ip, True)

    return pin


def install() -> None:
    seam.wrap(app, "pin_request_origin", "source_ip secure_transport", _as_tls)
    # What services do themselves, outside of a request.
    iam_evaluator._request_origin = ContextVar("request_origin", default=("127.0.0.1", True))
