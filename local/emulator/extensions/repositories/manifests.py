"""What the manifest of an image in MiniStack's ECR refers to."""

import json
from typing import Any

from ministack.services import ecr

Record = dict[str, Any]


def children(image: Record) -> list[str]:
    """The digests of the images in an index; none for any other manifest."""
    found = _read(image).get("manifests") or []
    return [str(each.get("digest")) for each in found]


def subject(image: Record) -> str | None:
    """The digest of the image that an artifact, such as a signature, is attached to."""
    return (_read(image).get("subject") or {}).get("digest")


def indexes_of(name: str, digest: str) -> list[str]:
    """The indexes of a repository that refer to an image."""
    return [each["imageDigest"] for each in ecr._images.get(name, []) if digest in children(each)]


def remove(name: str, image: Record) -> None:
    """Remove an image. Its layers stay: a push under way may have been told that they are there."""
    ecr._images[name].remove(image)
    ecr._manifest_blobs.get(name, {}).pop(image["imageDigest"], None)


def _read(image: Record) -> Record:
    try:
        manifest = json.loads(image.get("imageManifest") or "{}")
    except json.JSONDecodeError:
        return {}
    return manifest if isinstance(manifest, dict) else {}
