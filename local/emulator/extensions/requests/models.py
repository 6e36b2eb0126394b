"""The operation that a request calls, according to AWS's models in botocore.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/CommonParameters.html (query),
https://smithy.io/2.0/aws/protocols/index.html (the others).
"""

import functools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs

import botocore.session
from botocore.exceptions import UnknownServiceError
from botocore.model import OperationModel, OperationNotFoundError, ServiceModel
from ministack.core.sigv4 import parse_header_signature, parse_query_signature

# The models of a signing name, if its model has another name or if there are several.
_MODELS = {
    "elasticloadbalancing": ("elbv2", "elb"),
    "monitoring": ("cloudwatch",),
    "servicequotas": ("service-quotas",),
    "states": ("stepfunctions",),
    "tagging": ("resourcegroupstaggingapi",),
}
_CBOR_PATH = re.compile(r"/service/[^/]+/operation/([^/]+)")


@dataclass(frozen=True)
class Request:
    """A received request; header names are in lower case, the path is decoded."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    query: Mapping[str, list[str]]

    @property
    def service(self) -> str:
        """The signing name of the request, which IAM calls the service; or ""."""
        presigned = "X-Amz-Algorithm" in self.query
        found = (
            parse_query_signature(self.query) if presigned else parse_header_signature(self.headers)
        )
        return "" if isinstance(found, tuple) else str(found.service)

    @functools.cached_property
    def form(self) -> dict[str, str]:
        """The parameters of the query protocol, from the body or the URL."""
        body = parse_qs(self.body.decode(errors="replace"), keep_blank_values=True)
        given = {**self.query, **body}
        # The signature of a presigned URL is no parameter.
        return {name: values[0] for name, values in given.items() if not name.startswith("X-Amz-")}


@dataclass(frozen=True)
class Call:
    """An operation, and the parameters in the request's path."""

    operation: OperationModel
    protocol: str
    labels: Mapping[str, str]


class NoModelError(LookupError):
    """botocore has no model of the service."""


class NoOperationError(LookupError):
    """The service's model has no such operation."""


def load(signing_names: Iterable[str]) -> None:
    """Load the models of services in advance: EC2's alone takes half a second."""
    for signing_name in signing_names:
        for name in _MODELS.get(signing_name, (signing_name,)):
            _model(name)


def find(request: Request) -> Call:
    """Return the call that a request makes.

    Raises `NoModelError` or `NoOperationError`.
    """
    for name in _MODELS.get(request.service, (request.service,)):
        call = _find_in(_model(name), request)
        if call:
            return call
    raise NoOperationError(_wanted(request))


def _find_in(model: ServiceModel, request: Request) -> Call | None:
    if request.headers.get("smithy-protocol") == "rpc-v2-cbor":
        found = _CBOR_PATH.fullmatch(request.path)
        return _named(model, "smithy-rpc-v2-cbor", found[1] if found else "")
    if target := request.headers.get("x-amz-target"):
        prefix, _, name = target.rpartition(".")
        return _named(model, "json", name) if prefix == model.metadata.get("targetPrefix") else None
    if model.protocol.startswith("rest-"):
        return _routed(model, request)
    same = request.form.get("Version") == model.api_version
    protocol = "ec2" if model.protocol == "ec2" else "query"
    return _named(model, protocol, request.form.get("Action", "")) if same else None


def _named(model: ServiceModel, protocol: str, name: str) -> Call | None:
    try:
        return Call(model.operation_model(name), protocol, {})
    except OperationNotFoundError:
        return None


def _routed(model: ServiceModel, request: Request) -> Call | None:
    """The most specific of the matching routes: `/x/{Id}/rrset` rather than `/x/{Id+}`."""
    for method, route, needed, name in _routes(model.service_name):
        found = route.fullmatch(request.path) if method == request.method else None
        if found and needed <= request.query.keys():
            return Call(model.operation_model(name), model.protocol, found.groupdict())
    return None


@functools.cache
def _routes(name: str) -> list[tuple[str, re.Pattern[str], set[str], str]]:
    routes = []
    model = _model(name)
    for operation in model.operation_names:
        http = model.operation_model(operation).http
        path, _, query = http["requestUri"].partition("?")
        needed = set(parse_qs(query, keep_blank_values=True))
        exactness = (len(needed), len(re.sub(r"\{[^}]+\}", "", path)))
        routes.append((exactness, http["method"], _pattern(path), needed, operation))
    return [each[1:] for each in sorted(routes, key=lambda each: each[0], reverse=True)]


def _pattern(path: str) -> re.Pattern[str]:
    parts = re.split(r"\{([^}]+)\}", path.rstrip("/"))
    labels = [
        f"(?P<{part.rstrip('+')}>{'.+' if part.endswith('+') else '[^/]+'})"
        if index % 2
        else re.escape(part)
        for index, part in enumerate(parts)
    ]
    return re.compile("".join(labels) + "/?")


@functools.cache
def _model(name: str) -> ServiceModel:
    try:
        return botocore.session.get_session().get_service_model(name)
    except UnknownServiceError as error:
        raise NoModelError(name) from error


def _wanted(request: Request) -> str:
    name = request.headers.get("x-amz-target") or request.form.get("Action")
    return name or f"{request.method} {request.path}"
