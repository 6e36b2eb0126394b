"""What a route takes and answers, said once: requests are checked by it, and the OpenAPI document
is made of it.

Own code, because flask-openapi, spectree and APIFlask stop at the first part of a request that is
wrong."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, ValidationError

from flask_api.caller import admitted_caller
from flask_api.json_body import read_json_body
from flask_api.problems import FieldError, InvalidRequest
from flask_api.wrong_fields import Part, wrong_fields

View = Callable[..., ResponseReturnValue]

PARTS: tuple[Part, ...] = ("path", "query", "headers", "body")


@dataclass(frozen=True)
class Answer:
    """A success; `headers` by name, with what each tells."""

    description: str
    model: type[BaseModel]
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Operation:
    """`problems` by status, with what each means."""

    summary: str
    answers: Mapping[int, Answer]
    problems: Mapping[int, str] = field(default_factory=dict)
    description: str | None = None
    takes: Mapping[Part, type[BaseModel]] = field(default_factory=dict)
    # Whether it needs a bearer token.
    has_caller: bool = False


def operation(
    summary: str,
    *,
    answers: Mapping[int, Answer],
    problems: Mapping[int, str] | None = None,
    description: str | None = None,
) -> Callable[[View], View]:
    """For a view whose arguments `path`, `query`, `headers` and `body` are models, as far as it
    has them. It is called with valid ones only. One that also has an argument `caller` is called
    for nobody else."""

    def decorate(view: View) -> View:
        annotations = inspect.get_annotations(view, eval_str=True)
        takes = {part: annotations[part] for part in PARTS if part in annotations}
        has_caller = "caller" in annotations

        @wraps(view)
        def checked(**variables: str) -> ResponseReturnValue:
            # First: what is wrong with a request is not for everybody.
            caller = {"caller": admitted_caller()} if has_caller else {}
            return view(**caller, **_validate(takes, variables))

        checked.operation = Operation(  # type: ignore[attr-defined]
            summary, answers, problems or {}, description, takes, has_caller
        )
        return checked

    return decorate


def _validate(
    takes: Mapping[Part, type[BaseModel]], variables: Mapping[str, str]
) -> dict[Part, BaseModel]:
    """Looks at every part before it gives up, so that one correction is enough."""
    values: dict[Part, BaseModel] = {}
    errors: list[FieldError] = []
    for part, model in takes.items():
        try:
            values[part] = model.model_validate(_given(part, model, variables))
        except ValidationError as error:
            errors += wrong_fields(part, error)
        except InvalidRequest as error:
            errors += error.errors
    if errors:
        raise InvalidRequest(errors)
    return values


def _given(part: Part, model: type[BaseModel], variables: Mapping[str, str]) -> Any:  # noqa: ANN401
    match part:
        case "path":
            return variables
        case "query":
            return _query()
        case "headers":
            names = [field.alias or name for name, field in model.model_fields.items()]
            return {name: request.headers[name] for name in names if name in request.headers}
        case "body":
            return read_json_body()


def _query() -> dict[str, str]:
    repeated = [name for name, values in request.args.lists() if len(values) > 1]
    if repeated:
        raise InvalidRequest(
            [FieldError(parameter=name[:64], detail="is given twice") for name in repeated[:50]]
        )
    return request.args.to_dict()
