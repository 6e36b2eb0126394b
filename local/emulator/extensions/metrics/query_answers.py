"""CloudWatch's query protocol, which Terraform speaks, with all that its other protocols have.

In XML, MiniStack reads and answers only a part of an alarm's members, and does not escape the text
of a dashboard. Here a request of the query protocol is answered as one in JSON, and the answer
written by AWS's own model.

https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
"""

import functools
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape

import botocore.session
from botocore.model import ListShape, MapShape, ServiceModel, Shape, StructureShape
from ministack.services import cloudwatch

from .. import seam
from ..requests import query_parameters

Record = dict[str, Any]
Answer = tuple[int, dict[str, str], bytes]

# MiniStack's functions, and the operations that they answer.
_OPERATIONS = {
    "_delete_dashboards": "DeleteDashboards",
    "_describe_alarm_history": "DescribeAlarmHistory",
    "_describe_alarms": "DescribeAlarms",
    "_describe_alarms_for_metric": "DescribeAlarmsForMetric",
    "_get_dashboard": "GetDashboard",
    "_get_metric_data": "GetMetricData",
    "_get_metric_statistics": "GetMetricStatistics",
    "_list_dashboards": "ListDashboards",
    "_list_tags_for_resource": "ListTagsForResource",
    "_put_dashboard": "PutDashboard",
    "_put_metric_alarm": "PutMetricAlarm",
}


@functools.cache
def _model() -> ServiceModel:
    return botocore.session.get_session().get_service_model("cloudwatch")


def xml(shape: Shape | None, value: Any) -> str:
    """The content of an element, by the shape of the value."""
    if isinstance(shape, StructureShape):
        known = {name: each for name, each in value.items() if each is not None}
        return "".join(
            f"<{name}>{xml(member, known[name])}</{name}>"
            for name, member in shape.members.items()
            if name in known
        )
    if isinstance(shape, ListShape):
        return "".join(f"<member>{xml(shape.member, each)}</member>" for each in value)
    if isinstance(shape, MapShape):
        pairs = ((escape(key), xml(shape.value, each)) for key, each in value.items())
        return "".join(
            f"<entry><key>{key}</key><value>{each}</value></entry>" for key, each in pairs
        )
    if shape is not None and shape.type_name == "timestamp":
        return (
            datetime.fromtimestamp(cloudwatch._parse_ts(value), UTC)
            .isoformat()
            .replace("+00:00", "Z")
        )
    return str(value).lower() if isinstance(value, bool) else escape(str(value))


def _written(operation: str, answer: Answer) -> Any:
    status, _, body = answer
    document = json.loads(body)
    if status != 200:
        return cloudwatch._error(document["__type"], document["message"], status)
    shape = _model().operation_model(operation).output_shape
    result = f"<{operation}Result>{xml(shape, document)}</{operation}Result>" if shape else ""
    return cloudwatch._xml(200, f"{operation}Response", result)


def _in_full(operation: str) -> Callable[[Callable[..., Answer]], Callable[..., Answer]]:
    def wrapper(original: Callable[..., Answer]) -> Callable[..., Answer]:
        def handle(
            params: Record, cbor_data: Record, is_cbor: bool, is_json: bool = False
        ) -> Answer:
            if is_cbor or is_json:
                return original(params, cbor_data, is_cbor, is_json)
            form = {name: value[0] for name, value in params.items() if isinstance(value, list)}
            given = {name: each for name, each in form.items() if name not in _COMMON}
            shape = _model().operation_model(operation).input_shape
            document = query_parameters.query(shape, query_parameters.tree(given))
            return _written(operation, original({}, document, False, True))

        return handle

    return wrapper


_COMMON = ("Action", "Version")


def install() -> None:
    seam.check(cloudwatch, "_parse_ts", "value")
    seam.check(cloudwatch, "_error", "code message status use_json use_cbor")
    seam.check(cloudwatch, "_xml", "status root_tag inner")
    for name, operation in _OPERATIONS.items():
        seam.wrap(cloudwatch, name, "params cbor_data is_cbor is_json", _in_full(operation))
