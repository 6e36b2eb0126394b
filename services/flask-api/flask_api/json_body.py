"""The JSON that a request brings: the one reading of it, or an answer that says what is wrong."""

import json
from typing import NoReturn

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType

from flask_api.problems import FieldError, InvalidRequest

# Bytes. An account takes a few hundred.
LIMIT = 16 * 1024


def read_json_body() -> object:
    """What any JSON library makes of the body. Two that read differently are a way past checks:
    hence nothing that one takes and another refuses."""
    if request.mimetype != "application/json":
        raise UnsupportedMediaType("the body must be application/json")
    try:
        data = request.get_data()
    except RequestEntityTooLarge:
        raise RequestEntityTooLarge(f"the body must not exceed {LIMIT} bytes") from None
    try:
        value: object = json.loads(
            data.decode(), object_pairs_hook=_object, parse_constant=_constant
        )
        # Half of a character, which JSON can escape, is text that no database keeps.
        json.dumps(value, ensure_ascii=False).encode()
    except RecursionError:
        raise _unreadable("is nested too deep") from None
    except UnicodeError:
        raise _unreadable("is not well-formed Unicode text") from None
    except _Ambiguous as ambiguous:
        raise _unreadable(str(ambiguous)) from None
    except ValueError:
        raise _unreadable("is no JSON") from None
    return value


class _Ambiguous(ValueError):
    pass


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    if len(members := dict(pairs)) < len(pairs):
        raise _Ambiguous("names a member of an object twice")
    return members


def _constant(name: str) -> NoReturn:
    raise ValueError(name)


def _unreadable(detail: str) -> InvalidRequest:
    """A body that cannot be read is wrong as a whole."""
    return InvalidRequest([FieldError(pointer="#", detail=detail)])
