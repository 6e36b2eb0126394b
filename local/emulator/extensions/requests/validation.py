"""Validates each request against AWS's own model and refuses it if AWS would.

MiniStack reads what it needs from a request and ignores the rest: a name that is one character too
long, a mistyped choice or an unknown parameter would be found only on AWS. Refusals are also
recorded, because a client may ignore a refusal and continue.
"""

import logging
import threading
from collections.abc import Callable
from typing import Any

from ministack import app

from .. import seam
from . import models, rules
from . import parameters as request_parameters
from . import refusal as request_refusal
from .models import NoModelError, NoOperationError, Request
from .parameters import UnreadableError
from .record import PATH, RequestRecord
from .refusal import Answer
from .rules import Violation

_log = logging.getLogger("emulator")

record = RequestRecord()

# Not validated: objects of any size, and virtual hosts.
_LEFT_ALONE = ("s3",)

# The largest models among the services that each deployment calls.
_AT_START = ("ec2", "iam", "rds", "ecs", "elasticloadbalancing", "logs", "route53")


def refusal(request: Request, request_id: str) -> Answer | None:
    """Check a request; return the answer to an invalid one, or None if it is valid."""
    service = request.service
    if not service or service in _LEFT_ALONE or _is_of_old_sdk(request):
        record.unchecked[service or "unsigned"] += 1
        return None
    try:
        call = models.find(request)
    except NoModelError:
        record.unchecked[service] += 1
        return None
    except NoOperationError as error:
        wrong = [Violation("operation", str(error), "is unknown")]
        return _refuse(f"{service}:{error}", wrong, "json", request_id)
    action = f"{service}:{call.operation.name}"
    try:
        parameters = request_parameters.read(call, request)
        wrong = rules.violations(action, call.operation.input_shape, parameters)
    except UnreadableError as error:
        wrong = [Violation("request", str(error), "must be as its protocol says")]
    if wrong:
        return _refuse(action, wrong, call.protocol, request_id)
    record.add(action, [])
    return None


def _is_of_old_sdk(request: Request) -> bool:
    """Whether it is in SQS's query protocol, which the model no longer describes."""
    return request.service == "sqs" and "x-amz-target" not in request.headers


def _refuse(action: str, wrong: list[Violation], protocol: str, request_id: str) -> Answer:
    record.add(action, wrong)
    text = request_refusal.message(wrong)
    _log.warning("invalid request %s: %s", action, text)
    return request_refusal.answer(action.partition(":")[0], protocol, text, request_id)


def _checked(original: Callable[..., Any]) -> Callable[..., Any]:
    async def dispatch(
        method: str,
        path: str,
        headers: dict[str, str],
        body: bytes,
        query_params: dict[str, list[str]],
        request_id: str,
    ) -> Any:
        request = Request(method, path, headers, body, query_params)
        refused = refusal(request, request_id)
        return refused or await original(method, path, headers, body, query_params, request_id)

    return dispatch


def _with_record(original: Callable[..., Any]) -> Callable[..., Any]:
    async def handle(
        method: str,
        path: str,
        headers: dict[str, str],
        query_params: dict[str, list[str]],
        request_id: str,
    ) -> Any:
        if path != PATH:
            return await original(method, path, headers, query_params, request_id)
        told = record.to_json()
        if method == "DELETE":
            record.begin()
        return 200, {"Content-Type": "application/json"}, told

    return handle


def tell() -> None:
    """Write the counts to the log."""
    _log.info("%s", record.summary())


def install() -> None:
    request = "method path headers body query_params request_id"
    seam.wrap(app, "_dispatch_service_request", request, _checked)
    request = "method path headers query_params request_id"
    seam.wrap(app, "_handle_pre_body_request", request, _with_record)
    threading.Thread(target=models.load, args=(_AT_START,), daemon=True).start()
