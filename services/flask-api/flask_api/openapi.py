"""The OpenAPI document, made of the operations and the models that also check the requests."""

import re
from collections.abc import Iterator
from typing import Any

from flask import Blueprint, current_app
from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, models_json_schema
from werkzeug.routing import Rule

from flask_api.about import project
from flask_api.operation import Answer, Operation
from flask_api.problems import Problem

openapi = Blueprint("openapi", __name__)

REFERENCE = "#/components/schemas/{model}"
LOCATIONS = {"path": "path", "query": "query", "headers": "header"}

BEARER = "bearer"
# What an operation with a caller also answers.
ADMISSION = {
    401: "There is no bearer token, or it is not accepted",
    429: "The caller asks too often",
}
# The header of a problem with this status, and what it tells.
RETRY_AFTER = ("Retry-After", "Seconds")
PROBLEM_HEADERS = {
    401: ("WWW-Authenticate", "Bearer, with error=invalid_token if there was a token"),
    429: RETRY_AFTER,
    503: RETRY_AFTER,
}

Json = dict[str, Any]


@openapi.get("/openapi.json")
def document() -> Json:
    """Made with the first request: anyone may ask for it, and as often as they like."""
    made: Json = current_app.extensions.get("openapi") or _document()
    current_app.extensions["openapi"] = made
    return made


def _document() -> Json:
    operations = list(_operations())
    paths: Json = {}
    for rule, method, operation in operations:
        path = re.sub(r"<(\w+)>", r"{\1}", rule.rule)
        paths.setdefault(path, {})[method.lower()] = _describe(rule, operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": project["name"],
            "version": project["version"],
            "description": project["description"],
        },
        "paths": paths,
        "components": {
            "schemas": _schemas([operation for _, _, operation in operations]),
            "securitySchemes": {
                BEARER: {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": "An access token of the issuer that the service is configured "
                    "with, for its audience",
                }
            },
        },
    }


def _operations() -> Iterator[tuple[Rule, str, Operation]]:
    for rule in current_app.url_map.iter_rules():
        operation = getattr(current_app.view_functions[rule.endpoint], "operation", None)
        if operation:
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield rule, method, operation


def _describe(rule: Rule, operation: Operation) -> Json:
    body = operation.takes.get("body")
    admission = ADMISSION if operation.has_caller else {}
    described = {
        "operationId": rule.endpoint.partition(".")[2],
        "summary": operation.summary,
        "description": operation.description,
        "parameters": list(_parameters(operation)),
        "requestBody": body and {"required": True, "content": _content(body)},
        "responses": {
            **{str(status): _success(answer) for status, answer in operation.answers.items()},
            **{
                str(status): _problem(status, text)
                for status, text in sorted((admission | {**operation.problems}).items())
            },
        },
        "security": [{BEARER: []}] if operation.has_caller else None,
    }
    return {key: value for key, value in described.items() if value}


def _parameters(operation: Operation) -> Iterator[Json]:
    for part, location in LOCATIONS.items():
        model = operation.takes.get(part)  # type: ignore[call-overload]
        if model is None:
            continue
        schema = model.model_json_schema(schema_generator=_WithoutTitles)
        for name, described in schema["properties"].items():
            required = name in schema.get("required", ())
            parameter = {"name": name, "in": location, "required": required}
            if description := described.pop("description", None):
                parameter["description"] = description
            yield {**parameter, "schema": _of_text(described)}


def _of_text(schema: Json) -> Json:
    """What is null in Python is left out in an address or a header."""
    alternatives = [one for one in schema.pop("anyOf", ()) if one != {"type": "null"}]
    if alternatives:
        schema |= alternatives[0]
        schema.pop("default", None)
    return schema


def _success(answer: Answer) -> Json:
    headers = {
        name: {"description": text, "schema": {"type": "string"}}
        for name, text in answer.headers.items()
    }
    content = {"description": answer.description, "content": _content(answer.model)}
    return content | ({"headers": headers} if headers else {})


def _problem(status: int, text: str) -> Json:
    described: Json = {
        "description": text,
        "content": _content(Problem, "application/problem+json"),
    }
    if name := PROBLEM_HEADERS.get(status):
        described["headers"] = {
            name[0]: {"description": name[1], "schema": {"type": "string"}},
        }
    return described


def _content(model: type[BaseModel], media_type: str = "application/json") -> Json:
    return {media_type: {"schema": {"$ref": REFERENCE.format(model=model.__name__)}}}


def _schemas(operations: list[Operation]) -> Json:
    models: dict[tuple[type[BaseModel], JsonSchemaMode], None] = {(Problem, "serialization"): None}
    for operation in operations:
        for answer in operation.answers.values():
            models[answer.model, "serialization"] = None
        if body := operation.takes.get("body"):
            models[body, "validation"] = None
    _, definitions = models_json_schema(
        list(models), ref_template=REFERENCE, schema_generator=_WithoutTitles
    )
    schemas: Json = definitions["$defs"]
    return schemas


class _WithoutTitles(GenerateJsonSchema):
    """pydantic would repeat each field's name as its title."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ANN401
        return False
