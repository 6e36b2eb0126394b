"""What pydantic finds wrong, in the words and the form that callers get."""

from collections.abc import Sequence
from typing import Literal
from urllib.parse import quote

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from flask_api.account import PRINTABLE, UUID_PATTERN, VISIBLE_ASCII
from flask_api.problems import FieldError

# More than anybody mends by hand; a body of nonsense shall not make a long answer.
MAXIMUM_ERRORS = 50
MAXIMUM_NAME = 64

Part = Literal["path", "query", "headers", "body"]

DETAILS = {
    "missing": "is required",
    "extra_forbidden": "is not known",
    "model_type": "must be an object",
    "string_type": "must be a string",
}

# What each pattern means to a reader.
FORMS = {
    PRINTABLE: "must be printable, with at least one character that is no space",
    VISIBLE_ASCII: "must be 1 to 255 visible ASCII characters",
    UUID_PATTERN: "must be a UUID",
}


def wrong_fields(part: Part, error: ValidationError) -> list[FieldError]:
    # Without the input: it may be what nobody should read in an answer or a log.
    found = error.errors(include_url=False, include_context=True, include_input=False)
    return [_field_error(part, one) for one in found[:MAXIMUM_ERRORS]]


def _field_error(part: Part, error: ErrorDetails) -> FieldError:
    detail = _detail(error)
    if part == "body":
        return FieldError(pointer=_pointer(error["loc"]), detail=detail)
    name = str(error["loc"][0])[:MAXIMUM_NAME]
    if part == "headers":
        return FieldError(header=name, detail=detail)
    return FieldError(parameter=name, detail=detail)


def _pointer(location: Sequence[int | str]) -> str:
    names = (str(name)[:MAXIMUM_NAME] for name in location)
    escaped = (quote(name.replace("~", "~0").replace("/", "~1"), safe="~") for name in names)
    return "".join(["#", *(f"/{name}" for name in escaped)])


def _detail(error: ErrorDetails) -> str:
    context = error.get("ctx", {})
    match error["type"]:
        case "string_too_short" | "string_too_long":
            least, most = context.get("min_length"), context.get("max_length")
            return f"must have at {f'least {least}' if least else f'most {most}'} characters"
        case "greater_than_equal":
            return f"must be at least {context['ge']}"
        case "less_than_equal":
            return f"must be at most {context['le']}"
        case "string_pattern_mismatch":
            return FORMS[context["pattern"]]
        case "value_error":
            return str(context["error"])
        case kind:
            return DETAILS.get(kind, "is wrong")
