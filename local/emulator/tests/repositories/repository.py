"""A repository of the local ECR, with images that were pushed when a test says so."""

import json
import time
from typing import Any

from ministack.services import ecr

NAME = "platform-dev/web"
DAY = 24 * 3600
NOW = int(time.time())

_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
_INDEX = "application/vnd.oci.image.index.v1+json"


def create(mutability: str = "IMMUTABLE") -> None:
    ecr.reset()
    ecr._create_repository({"repositoryName": NAME, "imageTagMutability": mutability})


def manifest(content: str, **fields: Any) -> str:
    kind = _INDEX if "manifests" in fields else _MANIFEST
    return json.dumps({"schemaVersion": 2, "mediaType": kind, "annotations": content, **fields})


def index(content: str, *digests: str) -> str:
    return manifest(content, manifests=[{"digest": each} for each in digests])


def digest_of(text: str) -> str:
    return str(ecr._image_digest(text))


def push(text: str, tag: str | None = None, days_ago: float = 0) -> str:
    """Push a manifest as an engine does, with a tag or by its digest; its digest."""
    digest = digest_of(text)
    status, *_ = ecr._v2_put_manifest(NAME, tag or digest, {}, text.encode())
    assert status == 201
    for each in ecr._images[NAME]:
        if each["imageDigest"] == digest:
            each["imagePushedAt"] = int(NOW - days_ago * DAY)
    return digest


def call(operation: str, **parameters: Any) -> tuple[int, dict[str, Any]]:
    """Call an operation of ECR with this repository; the status and the answer."""
    status, _, body = getattr(ecr, operation)({"repositoryName": NAME, **parameters})
    return status, json.loads(body)


def put_image(text: str, tag: str | None = None, **parameters: Any) -> str | None:
    """Put an image; the code of the error, if it is refused."""
    tagged = {"imageTag": tag} if tag else {}
    status, answer = call("_put_image", imageManifest=text, **tagged, **parameters)
    return None if status == 200 else str(answer["__type"])


def put_policy(*rules: dict[str, Any]) -> str | None:
    """Put a lifecycle policy; the reason, if it is refused."""
    text = json.dumps({"rules": rules})
    status, answer = call("_put_lifecycle_policy", lifecyclePolicyText=text)
    return None if status == 200 else str(answer["message"])


def rule(priority: int, *patterns: str, **selection: Any) -> dict[str, Any]:
    """A rule by count for tags with these patterns; with a selection, of what that says."""
    tags = {"tagStatus": "tagged", "tagPatternList": list(patterns)} if patterns else {}
    kind = {"countType": "imageCountMoreThan", **tags, **selection}
    return {"rulePriority": priority, "selection": kind, "action": {"type": "expire"}}


def tags() -> list[list[str]]:
    """The tags of each image, in the order of the pushes."""
    return [each["imageTags"] for each in ecr._images[NAME]]


def digests() -> list[str]:
    return [each["imageDigest"] for each in ecr._images[NAME]]
