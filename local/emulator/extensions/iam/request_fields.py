"""The fields of a request that IAM's resources and conditions are made of, in any protocol."""

import json
from collections.abc import Callable
from typing import Any

import cbor2

Fields = Callable[[str], str]

# More than AWS takes at once.
_MOST_NAMES = 1000

# The first byte of a map in CBOR, which the SDKs speak to CloudWatch.
_MAPS_OF_CBOR = range(0xA0, 0xC0)


def document(body: bytes) -> dict[str, Any]:
    """The JSON or CBOR document in a body; empty if there is none."""
    if body[:1] == b"{":
        found = json.loads(body)
    elif body and body[0] in _MAPS_OF_CBOR:
        found = cbor2.loads(body)
    else:
        found = {}
    return found if isinstance(found, dict) else {}


def fields(body: bytes, params: dict[str, Any]) -> Fields:
    """Return a reader of request fields; `""` if one is missing.

    `clusters.0` is a list's first item, `Target.RoleArn` a structure's member.
    """
    given = document(body)

    def read(name: str) -> str:
        key, _, index = name.partition(".")
        if index.isdigit():
            # The query protocol counts from 1.
            name = name if name in params else f"{key}.member.{int(index) + 1}"
        if name in params:
            value = params[name]
            return str(value[0] if isinstance(value, list) else value)
        value = given.get(key, "")
        if index.isdigit() and isinstance(value, list):
            value = value[int(index)] if int(index) < len(value) else ""
        elif index and isinstance(value, dict):
            value = value.get(index, "")
        return value if isinstance(value, str) else ""

    return read


def listed(given: Fields, name: str) -> list[str]:
    """The strings of a list, which may have gaps in the query protocol."""
    return [each for index in range(_MOST_NAMES) if (each := given(f"{name}.{index}"))]
