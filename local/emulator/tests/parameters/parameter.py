"""A parameter, and requests about it."""

import asyncio
import json
from typing import Any

from ministack.services import ssm

NAME = "/platform-dev/web/STRIPE_KEY"


def call(operation: str, **request: Any) -> tuple[int, dict[str, Any]]:
    headers = {"x-amz-target": f"AmazonSSM.{operation}"}
    body = json.dumps(request).encode()
    status, _, answer = asyncio.run(ssm.handle_request("POST", "/", headers, body, {}))
    return status, json.loads(answer)


def put(value: str = "sesame", **more: Any) -> tuple[int, dict[str, Any]]:
    request = {"Name": NAME, "Value": value, "Type": "SecureString", "Overwrite": True, **more}
    return call("PutParameter", **request)
