"""The parameters of a request, in the form that AWS's models describe.

A part of a request that the model lacks keeps its name, so that validation reports it as unknown.
A parser that reads only known members would lose it.
"""

import io
import json
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

from botocore.model import ListShape, MapShape, Shape, StructureShape
from botocore.parsers import RpcV2CBORParser

from . import query_parameters
from .models import Call, Request
from .query_parameters import scalar, wire_name

Record = dict[str, Any]
Read = Callable[[Shape, Any], Any]


class UnreadableError(ValueError):
    """The request is not in the form of its protocol."""


def read(call: Call, request: Request) -> Record:
    """Return the request's parameters; raises `UnreadableError`."""
    try:
        return _READERS[call.protocol](call, request)
    except (ValueError, ElementTree.ParseError) as error:
        raise UnreadableError(f"{call.operation.name}: {error}") from error


def _json(call: Call, request: Request) -> Record:
    return document(call.operation.input_shape, json.loads(request.body or b"{}"))


def _cbor(call: Call, request: Request) -> Record:
    if not request.body:
        return {}
    # botocore's parser of responses; requests have the same format.
    stream = io.BufferedReader(io.BytesIO(request.body))  # type: ignore[arg-type]
    return document(call.operation.input_shape, RpcV2CBORParser().parse_data_item(stream))


def document(shape: Shape | None, value: Any) -> Any:
    """Rename the keys of a JSON document to the members of its shape."""
    if isinstance(value, dict) and isinstance(shape, StructureShape) and not shape.is_document_type:
        names = {each.serialization.get("name", name): name for name, each in shape.members.items()}
        given = {names.get(key, key): each for key, each in value.items() if each is not None}
        return {name: document(shape.members.get(name), each) for name, each in given.items()}
    if isinstance(value, list) and isinstance(shape, ListShape):
        return [document(shape.member, each) for each in value]
    if isinstance(value, dict) and isinstance(shape, MapShape):
        return {key: document(shape.value, each) for key, each in value.items()}
    return value


def _rest(body_of: Callable[[Shape, bytes], Any]) -> Callable[[Call, Request], Record]:
    def read_rest(call: Call, request: Request) -> Record:
        shape = call.operation.input_shape
        if shape is None:
            return {}
        query = {name: values for name, values in request.query.items() if name != "x-id"}
        given: Record = {}
        for name, member in shape.members.items():
            place, wire = member.serialization.get("location"), member.serialization.get("name", "")
            if place == "uri":
                given[name] = scalar(member, call.labels.get(wire or name, ""))
            elif place == "querystring" and wire in query:
                values = [scalar(getattr(member, "member", member), v) for v in query.pop(wire)]
                given[name] = values if isinstance(member, ListShape) else values[0]
            elif place == "header" and wire.lower() in request.headers:
                given[name] = scalar(member, request.headers[wire.lower()])
        payload = shape.serialization.get("payload")
        if payload and request.body:
            given[payload] = body_of(shape.members[payload], request.body)
        elif request.body:
            given |= body_of(shape, request.body)
        fixed = call.operation.http["requestUri"].partition("?")[2]
        return {**{name: query[name] for name in query if name not in fixed}, **given}

    return read_rest


def _element(shape: Shape, body: bytes) -> Any:
    return xml(shape, ElementTree.fromstring(body))


def xml(shape: Shape | None, node: ElementTree.Element) -> Any:
    """Rename the children of an XML element to the members of its shape."""
    if isinstance(shape, StructureShape):
        names = {wire_name(each, name): name for name, each in shape.members.items()}
        given: Record = {}
        for child in node:
            name = names.get(_tag(child), _tag(child))
            member = shape.members.get(name)
            if isinstance(member, ListShape) and member.serialization.get("flattened"):
                given.setdefault(name, []).append(xml(member.member, child))
            else:
                given[name] = xml(member, child)
        return given
    if isinstance(shape, ListShape):
        return [xml(shape.member, child) for child in node]
    return scalar(shape, node.text or "")


def _tag(node: ElementTree.Element) -> str:
    return node.tag.rpartition("}")[2]


def _form(read_form: Read) -> Callable[[Call, Request], Record]:
    def read_query(call: Call, request: Request) -> Record:
        given = {k: v for k, v in request.form.items() if k not in ("Action", "Version")}
        shape = call.operation.input_shape
        return read_form(shape, query_parameters.tree(given)) if shape else given

    return read_query


_READERS: dict[str, Callable[[Call, Request], Record]] = {
    "json": _json,
    "smithy-rpc-v2-cbor": _cbor,
    "rest-json": _rest(lambda shape, body: document(shape, json.loads(body))),
    "rest-xml": _rest(_element),
    "query": _form(query_parameters.query),
    "ec2": _form(query_parameters.ec2),
}
