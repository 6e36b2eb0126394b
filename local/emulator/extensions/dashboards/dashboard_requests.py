"""Dashboards that CloudWatch would refuse are refused, with every problem of the body.

MiniStack stores any text, and answers a missing dashboard with another code.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html
"""

import json
import re
from collections.abc import Callable
from typing import Any

from ministack.services import cloudwatch

from .. import seam
from . import dashboard_body

Record = dict[str, Any]

# The code of DashboardInvalidInputError.
_INVALID = "InvalidParameterInput"
_NAME = re.compile(r"[A-Za-z0-9_-]{1,255}")


def problem_of(request: Record) -> str | None:
    """AWS's message if it refuses a dashboard; None if it does not."""
    if not _NAME.fullmatch(request["DashboardName"]):
        return "The dashboard name may have letters, digits, _ and - only, and at most 255 of them"
    found = dashboard_body.problems(request["DashboardBody"])
    if not found:
        return None
    listed = [{"dataPath": each.path, "message": each.message} for each in found]
    return (
        f"The dashboard body is invalid, there are {len(found)} validation errors: "
        f"{json.dumps(listed)}"
    )


def _checked(original: Callable[..., Any]) -> Callable[..., Any]:
    def put(params: Record, cbor_data: Record, is_cbor: bool, is_json: bool = False) -> Any:
        problem = problem_of(cbor_data)
        if problem is None:
            return original(params, cbor_data, is_cbor, is_json)
        return cloudwatch._error(_INVALID, problem, 400, use_json=is_json, use_cbor=is_cbor)

    return put


def _known(original: Callable[..., Any]) -> Callable[..., Any]:
    def delete(params: Record, cbor_data: Record, is_cbor: bool, is_json: bool = False) -> Any:
        names = cbor_data["DashboardNames"]
        missing = [each for each in names if each not in cloudwatch._dashboards]
        if not missing:
            return original(params, cbor_data, is_cbor, is_json)
        text = f"Dashboard {', '.join(missing)} does not exist"
        return cloudwatch._error("ResourceNotFound", text, 404, use_json=is_json, use_cbor=is_cbor)

    return delete


def install() -> None:
    given = "params cbor_data is_cbor is_json"
    seam.wrap(cloudwatch, "_put_dashboard", given, _checked)
    seam.wrap(cloudwatch, "_delete_dashboards", given, _known)
