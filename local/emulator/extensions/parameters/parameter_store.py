"""Systems Manager has its Parameter Store here, with AWS's rules for parameters.

MiniStack's also runs shell commands on instances, which nothing here needs: it is off. Of a
parameter, MiniStack checks the beginning of its name.

https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
"""

import re
from collections.abc import Callable
from typing import Any

from ministack.core.responses import error_response_json
from ministack.services import ssm

from .. import seam

Answer = tuple[int, dict[str, str], bytes]

# Of the parameters alone; tags, labels and settings of the service are unused.
OPERATIONS = (
    "DeleteParameter",
    "DeleteParameters",
    "DescribeParameters",
    "GetParameter",
    "GetParameterHistory",
    "GetParameters",
    "GetParametersByPath",
    "PutParameter",
)

_NAME = re.compile(r"/?[\w.-]+(/[\w.-]+)*", re.ASCII)
_LONGEST_NAME = 1011
_DEEPEST = 15
_REFERENCE = re.compile(r"\{\{.*\}\}", re.DOTALL)
_LARGEST = {"Standard": 4096, "Advanced": 8192}
_VERSIONS = 100


def refusal(request: dict[str, Any]) -> Answer | None:
    """Return AWS's answer to a parameter that it does not accept; never with its value."""
    for wrong in (_name_problem(request), _value_problem(request)):
        if wrong:
            return error_response_json("ValidationException", wrong, 400)
    existing = ssm._parameters.get(request.get("Name", ""))
    kind = request.get("Type")
    if existing and request.get("Overwrite") and kind and kind != existing["Type"]:
        return error_response_json(
            "HierarchyTypeMismatchException",
            f"The parameter type can't be changed from {existing['Type']} to {kind}.",
            400,
        )
    return None


def _name_problem(request: dict[str, Any]) -> str | None:
    name = str(request.get("Name") or "")
    if not _NAME.fullmatch(name):
        return (
            "Parameter name must be a fully qualified name: it can consist of sub-paths divided by "
            "slash symbol; each sub-path can be formed as a mix of letters, numbers and the "
            "following 3 symbols .-_"
        )
    if len(ssm._param_arn(name)) > _LONGEST_NAME:
        return f"Parameter name with its ARN must have at most {_LONGEST_NAME} characters."
    if name.strip("/").count("/") >= _DEEPEST:
        return f"Hierarchy depth must be at most {_DEEPEST} levels."
    return None


def _value_problem(request: dict[str, Any]) -> str | None:
    value, tier = str(request.get("Value", "")), request.get("Tier") or "Standard"
    if not value:
        return "Parameter value must have at least 1 character."
    if _REFERENCE.search(value):
        return 'Parameter value can\'t nest another parameter. Do not use "{{}}" in the value.'
    largest = _LARGEST.get(tier)
    if largest and len(value.encode()) > largest:
        return f"{tier} tier parameters support a maximum parameter value of {largest} characters."
    return None


def _with_rules(original: Callable[..., Answer]) -> Callable[..., Answer]:
    def put(data: dict[str, Any]) -> Answer:
        refused = refusal(data)
        if refused:
            return refused
        answer = original(data)
        history = ssm._parameter_history.get(data["Name"]) or []
        # AWS keeps the last ones.
        del history[:-_VERSIONS]
        return answer

    return put


def _parameters_alone(original: Callable[..., Any]) -> Callable[..., Any]:
    async def handle(
        method: str,
        path: str,
        headers: dict[str, str],
        body: bytes,
        query_params: dict[str, list[str]],
    ) -> Any:
        operation = headers.get("x-amz-target", "").rpartition(".")[2]
        if operation not in OPERATIONS:
            text = f"{operation} is off in the local AWS, which has the Parameter Store alone."
            return error_response_json("SubscriptionRequiredException", text, 400)
        return await original(method, path, headers, body, query_params)

    return handle


def install() -> None:
    seam.wrap(ssm, "_put_parameter", "data", _with_rules)
    seam.wrap(ssm, "handle_request", "method path headers body query_params", _parameters_alone)
    seam.check(ssm, "_param_arn", "name")
