"""The parameters of AWS's query protocols, which write a tree as `Tags.Tag.1.Key=a`.

https://smithy.io/2.0/aws/protocols/aws-query-protocol.html,
https://smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html
"""

from collections.abc import Mapping
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape

Record = dict[str, Any]


def tree(form: Mapping[str, str]) -> Record:
    """`{"Tags": {"Tag": {"1": {"Key": "a"}}}}` for `Tags.Tag.1.Key=a`."""
    root: Record = {}
    for name, value in form.items():
        *path, last = name.split(".")
        node = root
        for part in path:
            inner = node.get(part)
            node[part] = node = inner if isinstance(inner, dict) else {}
        node[last] = value
    return root


def query(shape: Shape | None, node: Any) -> Any:
    """Rename the keys of a query protocol tree to the members of its shape."""
    if isinstance(shape, StructureShape) and isinstance(node, dict):
        names = {wire_name(each, name): name for name, each in shape.members.items()}
        given = {names.get(key, key): each for key, each in node.items()}
        return {name: query(shape.members.get(name), each) for name, each in given.items()}
    if isinstance(shape, ListShape):
        wrapped = not shape.serialization.get("flattened")
        return _items(shape, node, shape.member.serialization.get("name", "member"), wrapped)
    if isinstance(shape, MapShape) and isinstance(node, dict):
        key, value = (wire_name(shape.key, "key"), wire_name(shape.value, "value"))
        entries = (node if shape.serialization.get("flattened") else node["entry"]).values()
        return {each[key]: query(shape.value, each.get(value, "")) for each in entries}
    return scalar(shape, node) if isinstance(node, str) else node


def _items(shape: ListShape, node: Any, wrapper: str, wrapped: bool) -> Any:
    if node == "":
        return []
    if wrapped and isinstance(node, dict):
        node = node.get(wrapper, node)
    if not isinstance(node, dict) or not all(key.isdigit() for key in node):
        return node
    return [query(shape.member, node[key]) for key in sorted(node, key=int)]


def ec2(shape: Shape | None, node: Any) -> Any:
    """Do so for EC2's protocol, which flattens lists and capitalizes each name."""
    if isinstance(shape, StructureShape) and isinstance(node, dict):
        names = {_ec2_name(each, name): name for name, each in shape.members.items()}
        given = {names.get(key, key): each for key, each in node.items()}
        return {name: ec2(shape.members.get(name), each) for name, each in given.items()}
    if isinstance(shape, ListShape) and isinstance(node, dict):
        if not all(key.isdigit() for key in node):
            return node
        return [ec2(shape.member, node[key]) for key in sorted(node, key=int)]
    return scalar(shape, node) if isinstance(node, str) else node


def _ec2_name(shape: Shape, name: str) -> str:
    own = shape.serialization.get("name", name)
    return shape.serialization.get("queryName", own[:1].upper() + own[1:])


def wire_name(shape: Shape, name: str) -> str:
    """The name of a member in the query protocol and in XML."""
    own = shape.serialization.get("name", name)
    if isinstance(shape, ListShape) and shape.serialization.get("flattened"):
        return shape.member.serialization.get("name", own)
    return own


def scalar(shape: Shape | None, text: str) -> Any:
    """Return a value of the shape's type, or the text itself if it cannot be converted."""
    kind = shape.type_name if shape else "string"
    try:
        if kind in ("integer", "long"):
            return int(text)
        if kind in ("float", "double"):
            return float(text)
    except ValueError:
        return text
    return {"true": True, "false": False}.get(text, text) if kind == "boolean" else text
