"""ECR's rules for adding a tag to an image and taking it away.

MiniStack deletes a whole image when a tag is deleted, even one that an index refers to. It accepts
any digest with a manifest, and an image that PutImage added cannot be pulled by its digest.

https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutImage.html
https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_BatchDeleteImage.html
"""

import re
from collections.abc import Callable
from typing import Any

from ministack.core.responses import error_response_json, json_response
from ministack.services import ecr

from .. import seam
from . import manifests

Record = dict[str, Any]

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")

_REASONS = {
    "ImageNotFound": "Requested image not found",
    "ImageTagDoesNotMatchDigest": "Requested image tag does not match the digest",
    "InvalidImageDigest": "Invalid request parameters: image digest should satisfy the regex",
    "MissingDigestAndTag": "Both imageTag and imageDigest are missing",
}


def _refusal(data: Record, digest: str) -> tuple[str, str] | None:
    """Return the error for a PutImage, with its message; None if ECR accepts it."""
    name, tag = data["repositoryName"], data.get("imageTag")
    images = {each["imageDigest"]: each for each in ecr._images[name]}
    if data.get("imageDigest", digest) != digest:
        return "ImageDigestDoesNotMatchException", f"The manifest's digest is {digest}"
    lacking = [each for each in manifests.children(data) if each not in images]
    if lacking:
        return "ReferencedImagesNotFoundException", f"There is no image {', '.join(lacking)}"
    if digest in images and (not tag or tag in images[digest].get("imageTags", [])):
        text = f"Image with digest '{digest}' and tag '{tag}' already exists in '{name}'"
        return "ImageAlreadyExistsException", text
    immutable = ecr._repositories[name].get("imageTagMutability") == "IMMUTABLE"
    if immutable and any(tag in each.get("imageTags", []) for each in images.values()):
        return "ImageTagAlreadyExistsException", (
            f"The image tag '{tag}' already exists in the '{name}' repository and cannot be "
            "overwritten because the repository is immutable."
        )
    return None


def _put(original: Callable[..., Any]) -> Callable[..., Any]:
    def put(data: Record) -> Any:
        name, manifest = data.get("repositoryName", ""), data.get("imageManifest", "")
        if name not in ecr._repositories:
            return original(data)
        digest = ecr._image_digest(manifest)
        if refused := _refusal(data, digest):
            return error_response_json(*refused, 400)
        answer = original(data)
        if answer[0] == 200:
            ecr._manifest_blobs.setdefault(name, {})[digest] = manifest.encode()
        return answer

    return put


def _delete(original: Callable[..., Any]) -> Callable[..., Any]:
    def delete(data: Record) -> Any:
        name = data.get("repositoryName", "")
        if name not in ecr._repositories:
            return original(data)
        deleted, failures = [], []
        for identifier in data.get("imageIds", []):
            done, failed, reason = _delete_one(name, identifier)
            if failed:
                failure = {"imageId": identifier, "failureCode": failed, "failureReason": reason}
                failures.append(failure)
            deleted += done
        return json_response({"imageIds": deleted, "failures": failures})

    return delete


def _delete_one(name: str, identifier: Record) -> tuple[list[Record], str, str]:
    """Delete an image or a tag; return what is gone, or a failure's code and reason."""
    digest, tag = identifier.get("imageDigest"), identifier.get("imageTag")
    image = ecr._find_image(name, {"imageDigest": digest} if digest else {"imageTag": tag})
    code = _failure(image, digest, tag)
    if code or image is None:
        return [], code, _REASONS[code]
    digest, tags = image["imageDigest"], image.get("imageTags", [])
    if tag and tags != [tag]:
        tags.remove(tag)
        # MiniStack answers with it when it is asked for the image.
        image["imageId"] = {"imageDigest": digest, "imageTag": tags[-1]}
        return [{"imageDigest": digest, "imageTag": tag}], "", ""
    if indexes := manifests.indexes_of(name, digest):
        listed = ", ".join(indexes)
        reason = f"Requested image referenced by manifest list: [{listed}]"
        return [], "ImageReferencedByManifestList", reason
    manifests.remove(name, image)
    gone = [{"imageDigest": digest, "imageTag": each} for each in tags]
    return gone or [{"imageDigest": digest}], "", ""


def _failure(image: Record | None, digest: str | None, tag: str | None) -> str:
    if not digest and not tag:
        return "MissingDigestAndTag"
    if digest and not _DIGEST.fullmatch(digest):
        return "InvalidImageDigest"
    if image is None:
        return "ImageNotFound"
    return "ImageTagDoesNotMatchDigest" if tag and tag not in image.get("imageTags", []) else ""


def install() -> None:
    seam.check(ecr, "_find_image", "repo_name image_id")
    seam.check(ecr, "_image_digest", "manifest")
    seam.wrap(ecr, "_put_image", "data", _put)
    seam.wrap(ecr, "_batch_delete_image", "data", _delete)
