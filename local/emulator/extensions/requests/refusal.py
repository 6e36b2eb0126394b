"""AWS's error answers for invalid parameters, in the format of the request's protocol."""

import json
from xml.sax.saxutils import escape

from .rules import Violation

Answer = tuple[int, dict[str, str], bytes]

# Codes other than ValidationException (JSON) or ValidationError (query).
_CODES = {
    "ecr": "InvalidParameterException",
    "ecs": "InvalidParameterException",
    "logs": "InvalidParameterException",
    "rds": "InvalidParameterValue",
    "route53": "InvalidInput",
    "servicediscovery": "InvalidInput",
    "sns": "InvalidParameter",
    "sqs": "InvalidParameterValue",
    "tagging": "InvalidParameterException",
}


def message(violations: list[Violation]) -> str:
    """All violations, in one sentence each."""
    return "; ".join(f"{each.parameter} {_value(each)}{each.rule}" for each in violations)


def _value(violation: Violation) -> str:
    return f'is "{violation.value}" and ' if violation.value else ""


def answer(service: str, protocol: str, text: str, request_id: str) -> Answer:
    """Return the answer to an invalid request."""
    if protocol == "ec2":
        error = f"<Code>InvalidParameterValue</Code><Message>{escape(text)}</Message>"
        body = f"<Errors><Error>{error}</Error></Errors><RequestID>{request_id}</RequestID>"
        return _xml(f"<Response>{body}</Response>")
    if protocol in ("query", "rest-xml"):
        code = _CODES.get(service, "ValidationError")
        error = f"<Type>Sender</Type><Code>{code}</Code><Message>{escape(text)}</Message>"
        body = f"<Error>{error}</Error><RequestId>{request_id}</RequestId>"
        return _xml(f"<ErrorResponse>{body}</ErrorResponse>")
    code = _CODES.get(service, "ValidationException")
    body = json.dumps({"__type": code, "message": text})
    return (
        400,
        {"Content-Type": "application/x-amz-json-1.1", "x-amzn-errortype": code},
        body.encode(),
    )


def _xml(document: str) -> Answer:
    return 400, {"Content-Type": "text/xml"}, document.encode()
