from typing import Any

import pytest

from extensions.repositories.lifecycle_policy import PolicyError, read

from . import repository
from .repository import rule

UNTAGGED = {"tagStatus": "untagged", "countType": "sinceImagePushed", "countUnit": "days"}


def test_a_policy_with_each_kind_of_rule_is_accepted() -> None:
    repository.create()
    any_other = rule(9, tagStatus="any", countNumber=30)
    prefixes = rule(3, tagStatus="tagged", tagPrefixList=["beta"], countNumber=1)
    untagged = rule(7, **UNTAGGED, countNumber=1)
    given = [any_other, rule(1, "prod*", countNumber=1), prefixes, untagged]
    assert repository.put_policy(*given) is None


@pytest.mark.parametrize(
    ("rules", "reason"),
    [
        ([], "at least one rule"),
        ([rule(1, "a*", countNumber=1), rule(1, "b*", countNumber=1)], "unique rulePriority"),
        (
            [rule(1, tagStatus="any", countNumber=1), rule(2, "a*", countNumber=1)],
            "any must be the last",
        ),
        (
            [rule(1, tagStatus="any", countNumber=1), rule(2, tagStatus="any", countNumber=1)],
            "Only one rule can select Any images.",
        ),
        (
            [rule(each, **UNTAGGED, countNumber=1) for each in (1, 2)],
            "Only one rule can select Untagged images.",
        ),
        ([rule(each, "a*", countNumber=1) for each in (1, 2)], "must be unique among rules"),
        ([rule(1, "*a*b*c*d*", countNumber=1)], "at most 4 wildcards"),
        ([rule(1, "a*", countNumber=0)], "countNumber must be a positive integer"),
        ([rule(0, "a*", countNumber=1)], "rulePriority must be a positive integer"),
        ([rule(1, "a*", countNumber=1, countUnit="days")], "countUnit must be omitted"),
        ([rule(1, "a*", countNumber=1, countType="sinceImagePushed")], "countUnit must be days"),
        ([rule(1, "a*", countNumber=1, tagPrefixList=["a"])], "Either tagPatternList or"),
        ([rule(1, tagStatus="tagged", countNumber=1)], "Either tagPatternList or"),
        ([rule(1, "a*", tagStatus="any", countNumber=1)], "for the tagStatus tagged alone"),
        ([rule(1, tagStatus="old", countNumber=1)], "tagStatus must be one of"),
        ([rule(1, "a*", countNumber=1, countType="sinceImagePulled")], "does not archive"),
        ([rule(1, "a*", countNumber=1, countSize=1)], "Unknown in selection"),
        ([{**rule(1, "a*", countNumber=1), "action": {"type": "keep"}}], "type must be expire"),
        ([{"rulePriority": 1}], "Could not map policyString into LifecyclePolicy."),
    ],
)
def test_what_aws_refuses_is_refused(rules: list[dict[str, Any]], reason: str) -> None:
    repository.create()
    refused = repository.put_policy(*rules)
    assert reason in str(refused)
    assert "failed to satisfy constraint" in str(refused)
    assert repository.call("_get_lifecycle_policy")[0] == 400


@pytest.mark.parametrize("text", ["", "[]", '{"rules": 1}', "{"])
def test_what_is_no_policy_is_refused(text: str) -> None:
    with pytest.raises(PolicyError, match="Could not map policyString"):
        read(text)
