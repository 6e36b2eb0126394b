"""The service's name and version."""

import tomllib
from pathlib import Path
from typing import Any

from flask import Blueprint

# Read from pyproject.toml, not from an installed package: the image then needs no build backend.
PROJECT = Path(__file__).parent.parent / "pyproject.toml"

about = Blueprint("about", __name__)
project = tomllib.loads(PROJECT.read_text())["project"]


@about.get("/")
def name_and_version() -> dict[str, Any]:
    return {"service": project["name"], "version": project["version"]}
