"""The examples of AWS's page, and what the platform relies on.

https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_examples.html
"""

from typing import Any

import pytest

from extensions.repositories import expiry

from . import repository
from .repository import NOW, index, manifest, push, put_policy, rule

ANY = {"tagStatus": "any"}
UNTAGGED = {"tagStatus": "untagged", "countType": "sinceImagePushed", "countUnit": "days"}
FIVE_DAYS = {"countType": "sinceImagePushed", "countUnit": "days", "countNumber": 5}

BETA_AND_PROD = {
    "A": (["beta-1", "prod-1"], 10),
    "B": (["beta-2", "prod-2"], 9),
    "C": (["beta-3"], 8),
}


def expired(images: dict[str, tuple[list[str], float]], *rules: dict[str, Any]) -> str:
    """The names of the images that a policy expires, of images with these tags and days."""
    repository.create()
    names = {}
    for name, (tags, days) in images.items():
        for tag in tags or [None]:
            names[push(manifest(name), tag, days)] = name
    assert put_policy(*rules) is None
    return "".join(name for digest, name in names.items() if digest not in repository.digests())


@pytest.mark.parametrize(
    ("images", "rules", "result"),
    [
        (BETA_AND_PROD, [rule(1, "prod*", countNumber=1), rule(2, "beta*", countNumber=1)], "A"),
        (BETA_AND_PROD, [rule(1, "beta*", countNumber=1), rule(2, "prod*", countNumber=1)], "AB"),
        (
            {
                "A": (["alpha-1"], 12),
                "B": (["beta-1"], 11),
                "C": (["alpha-2", "beta-2"], 10),
                "D": (["alpha-3"], 4),
                "E": (["beta-3"], 3),
                "F": (["alpha-4", "beta-4"], 2),
            },
            [rule(1, "alpha*", "beta*", **FIVE_DAYS)],
            "C",
        ),
        (
            {
                "A": (["alpha-1", "beta-1", "gamma-1"], 10),
                "B": (["alpha-2", "beta-2"], 9),
                "C": (["alpha-3", "beta-3", "gamma-2"], 8),
            },
            [rule(1, "alpha*", "beta*", countNumber=1)],
            "AB",
        ),
        (
            {"A": (["alpha-1"], 4), "B": (["beta-1"], 3), "C": ([], 2), "D": (["alpha-2"], 1)},
            [rule(1, **ANY, countNumber=1)],
            "ABC",
        ),
        (
            {
                "A": (["alpha-1", "beta-1"], 4),
                "B": ([], 3),
                "C": (["alpha-2"], 2),
                "D": (["git-hash"], 1),
                # A day ago, and not yet older than one.
                "E": ([], 0.99),
            },
            [
                rule(1, "alpha*", countNumber=1),
                rule(2, **UNTAGGED, countNumber=1),
                rule(3, **ANY, countNumber=1),
            ],
            "ABD",
        ),
    ],
)
def test_the_examples_of_aws(
    images: dict[str, tuple[list[str], float]], rules: list[dict[str, Any]], result: str
) -> None:
    assert expired(images, *rules) == result


def test_a_rule_counts_the_images_that_another_keeps() -> None:
    caches = {f"{each}": ([f"cache-{each}"], 0) for each in range(3)}
    images = {"X": (["build-1"], 5), **caches}
    kept = rule(1, "cache*", countNumber=100)
    assert expired(images, kept, rule(2, "*", countNumber=3)) == "X"
    assert expired(images, kept, rule(2, "build-*", countNumber=3)) == ""


def test_a_wildcard_stands_for_any_characters_and_a_dot_for_itself() -> None:
    assert expired({"A": (["a-1.b"], 2), "B": (["a-1xb"], 1)}, rule(1, "*-1.b", **FIVE_DAYS)) == ""
    images = {"A": (["a-1.b"], 9), "B": (["a-1xb"], 9), "C": (["a-1.b-"], 9)}
    assert expired(images, rule(1, "*-1.b", **FIVE_DAYS)) == "A"


def test_of_images_of_the_same_second_the_first_goes() -> None:
    images = {each: ([f"build-{each}"], 0) for each in "ABCD"}
    assert expired(images, rule(1, "build-*", countNumber=2)) == "AB"


def test_a_push_expires_the_oldest_image_which_is_then_gone_for_everybody() -> None:
    repository.create()
    put_policy(rule(1, **ANY, countNumber=30))
    first = push(manifest("running"), "running", 1)
    for each in range(29):
        push(manifest(str(each)), f"tag-{each}")
    assert first in repository.digests()
    assert repository.put_image(manifest("last"), "last") is None
    assert first not in repository.digests()
    status, *_ = expiry.ecr._v2_get_manifest(repository.NAME, first)
    assert status == 404


def test_an_image_of_an_index_stays_with_the_index() -> None:
    repository.create()
    child = push(manifest("child"), days_ago=9)
    push(index("list", child), "build-1", 9)
    untagged = rule(2, **UNTAGGED, countNumber=1)
    put_policy(rule(1, "build-*", countNumber=1), untagged)
    assert child in repository.digests()
    push(manifest("newer"), "build-2")
    assert repository.tags() == [["build-2"]]


def test_an_untagged_image_is_spared_for_the_time_of_its_push() -> None:
    repository.create()
    put_policy(rule(1, **UNTAGGED, countNumber=1))
    child = push(manifest("child"))
    expiry.evaluate(repository.NAME, NOW + repository.DAY - 10)
    assert repository.digests() == [child]
    expiry.evaluate(repository.NAME, NOW + repository.DAY + 10)
    assert repository.digests() == []


def test_a_rule_for_untagged_images_does_not_spare_a_signature() -> None:
    repository.create()
    image = push(manifest("image"), "build-1", 3)
    push(manifest("signature", subject={"digest": image}), days_ago=2)
    put_policy(rule(1, **UNTAGGED, countNumber=1))
    assert repository.digests() == [image]


def test_a_signature_goes_with_its_image() -> None:
    repository.create()
    put_policy(rule(1, "build-*", countNumber=1))
    image = push(manifest("image"), "build-1", 3)
    early = push(manifest("early", subject={"digest": "sha256:0"}))
    signature = push(manifest("signature", subject={"digest": image}), days_ago=2)
    expiry.evaluate(repository.NAME, NOW)
    assert signature in repository.digests()
    newer = push(manifest("newer"), "build-2")
    assert repository.digests() == [early, newer]
