"""A SecureString shows its value only to who decrypts it.

MiniStack shows everybody the value in base64. On AWS, a request without decryption gets a text
that KMS made, another one for each version.

https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html
"""

import base64
import os
from collections.abc import Callable
from typing import Any

from ministack.services import ssm

from .. import seam

# What ciphertexts of KMS begin with.
_BEGINNING = bytes.fromhex("0102020078")


def _ciphertext(length: int) -> str:
    return base64.b64encode(_BEGINNING + os.urandom(length + 160)).decode()


def _encrypted(original: Callable[..., Any]) -> Callable[..., Any]:
    def put(data: dict[str, Any]) -> Any:
        answer = original(data)
        name = data.get("Name")
        parameter = ssm._parameters.get(name)
        if answer[0] == 200 and parameter["Type"] == "SecureString":
            hidden = _ciphertext(len(parameter["OriginalValue"].encode()))
            for stored in (parameter, ssm._parameter_history[name][-1]):
                stored["Value"] = hidden
        return answer

    return put


def install() -> None:
    seam.wrap(ssm, "_put_parameter", "data", _encrypted)
