"""The service's name and version."""

import tomllib
from pathlib import Path
from typing import Any

from flask import Blueprint
from pydantic import BaseModel

from flask_api.operation import Answer, operation

# Read from pyproject.toml, not from an installed package: the image then needs no build backend.
PROJECT = Path(__file__).parent.parent / "pyproject.toml"

about = Blueprint("about", __name__)
project = tomllib.loads(PROJECT.read_text())["project"]


class NameAndVersion(BaseModel):
    service: str
    version: str


@about.get("/")
@operation("Name and version", answers={200: Answer("Of this image", NameAndVersion)})
def name_and_version() -> dict[str, Any]:
    return {"service": project["name"], "version": project["version"]}
