import json

import pytest
from ministack.services import ecr

from . import repository
from .repository import call, digest_of, index, manifest, push, put_image

APP = manifest("app")


@pytest.fixture(autouse=True)
def _repository() -> None:
    repository.create()


def delete(*identifiers: dict[str, str]) -> tuple[list[dict[str, str]], list[str]]:
    """Delete images; what is gone, and the codes of the failures."""
    _, answer = call("_batch_delete_image", imageIds=list(identifiers))
    return answer["imageIds"], [each["failureCode"] for each in answer["failures"]]


def test_an_image_gets_another_tag_and_keeps_the_time_of_its_push() -> None:
    digest = push(APP, "build-1", days_ago=4)
    [before] = [each["imagePushedAt"] for each in ecr._images[repository.NAME]]
    assert put_image(APP, "running-1", imageDigest=digest) is None
    assert repository.tags() == [["build-1", "running-1"]]
    assert [each["imagePushedAt"] for each in ecr._images[repository.NAME]] == [before]


def test_the_same_tag_of_the_same_image_is_there_already() -> None:
    push(APP, "build-1")
    assert put_image(APP, "build-1") == "ImageAlreadyExistsException"
    assert put_image(APP) == "ImageAlreadyExistsException"


def test_a_tag_of_another_image_never_moves_in_an_immutable_repository() -> None:
    push(APP, "build-1")
    assert put_image(manifest("other"), "build-1") == "ImageTagAlreadyExistsException"
    assert repository.tags() == [["build-1"]]


def test_a_tag_moves_in_a_mutable_repository() -> None:
    repository.create("MUTABLE")
    push(APP, "latest")
    assert put_image(manifest("other"), "latest") is None
    assert repository.tags() == [[], ["latest"]]


def test_a_manifest_that_was_changed_on_its_way_is_refused() -> None:
    digest = push(APP, "build-1")
    changed = json.dumps(json.loads(APP), indent=1)
    refused = put_image(changed, "running-1", imageDigest=digest)
    assert refused == "ImageDigestDoesNotMatchException"


def test_an_index_is_refused_without_its_images() -> None:
    refused = put_image(index("list", digest_of(APP)), "build-1")
    assert refused == "ReferencedImagesNotFoundException"
    push(APP)
    assert put_image(index("list", digest_of(APP)), "build-1") is None


def test_an_image_that_was_put_can_be_pulled_by_its_digest() -> None:
    assert put_image(APP, "build-1") is None
    status, _, body = ecr._v2_get_manifest(repository.NAME, digest_of(APP))
    assert (status, body.decode()) == (200, APP)


def test_a_deleted_tag_leaves_the_image() -> None:
    digest = push(APP, "build-1")
    put_image(APP, "running-1")
    gone = {"imageDigest": digest, "imageTag": "running-1"}
    assert delete({"imageTag": "running-1"}) == ([gone], [])
    assert repository.tags() == [["build-1"]]
    assert ecr._v2_get_manifest(repository.NAME, digest)[0] == 200


def test_the_last_tag_takes_the_image_with_it() -> None:
    digest = push(APP, "build-1")
    assert delete({"imageTag": "build-1"})[1] == []
    assert repository.digests() == []
    assert ecr._v2_get_manifest(repository.NAME, digest)[0] == 404


def test_a_digest_takes_all_tags_with_it() -> None:
    digest = push(APP, "build-1")
    put_image(APP, "running-1")
    gone, failures = delete({"imageDigest": digest})
    assert [each["imageTag"] for each in gone] == ["build-1", "running-1"]
    assert (failures, repository.digests()) == ([], [])


def test_an_image_of_an_index_is_deleted_after_the_index() -> None:
    child = push(APP)
    push(index("list", child), "build-1")
    assert delete({"imageDigest": child})[1] == ["ImageReferencedByManifestList"]
    assert delete({"imageTag": "build-1"}, {"imageDigest": child})[1] == []
    assert repository.digests() == []


@pytest.mark.parametrize(
    ("identifier", "code"),
    [
        ({}, "MissingDigestAndTag"),
        ({"imageTag": "none"}, "ImageNotFound"),
        ({"imageDigest": f"sha256:{'0' * 64}"}, "ImageNotFound"),
        ({"imageDigest": "sha256:1"}, "InvalidImageDigest"),
        ({"imageDigest": digest_of(APP), "imageTag": "none"}, "ImageTagDoesNotMatchDigest"),
    ],
)
def test_what_cannot_be_deleted_is_named(identifier: dict[str, str], code: str) -> None:
    push(APP, "build-1")
    assert delete(identifier) == ([], [code])
    assert repository.tags() == [["build-1"]]
