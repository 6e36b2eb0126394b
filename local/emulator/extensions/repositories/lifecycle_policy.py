"""The text of an ECR lifecycle policy, refused where ECR refuses it.

MiniStack stores any text. What archives images is refused too, which is this local AWS's own limit.
https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html
"""

import json
import re
from dataclasses import dataclass
from typing import Any

_MOST_WILDCARDS = 4

_FIELDS = {"rulePriority", "description", "selection", "action"}
_SELECTION = {
    *("tagStatus", "tagPatternList", "tagPrefixList"),
    *("countType", "countUnit", "countNumber", "storageClass"),
}


class PolicyError(ValueError):
    """A policy that ECR refuses; its text is the reason."""


@dataclass(frozen=True)
class Rule:
    """One rule. An image must have a tag for each pattern; `*` stands for any characters."""

    priority: int
    status: str
    patterns: tuple[str, ...]
    # How many of the newest images stay, or how old an image may become in days.
    count: int
    by_age: bool

    def selects(self, tags: list[str]) -> bool:
        """Whether an image with these tags meets the tagging requirements of this rule."""
        if self.status == "any":
            return True
        if self.status == "untagged":
            return not tags
        return all(any(_matches(each, tag) for tag in tags) for each in self.patterns)


def _matches(pattern: str, tag: str) -> bool:
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), tag) is not None


def read(text: str) -> list[Rule]:
    """Return the rules in the order of their priorities, or raise what ECR says against them."""
    try:
        document = json.loads(text)
        given = document["rules"]
        rules = [_rule(each) for each in given]
    except (TypeError, KeyError, AttributeError, json.JSONDecodeError):
        raise PolicyError("Could not map policyString into LifecyclePolicy.") from None
    _check(bool(rules), "Policy must have at least one rule.")
    _check_together(rules)
    return sorted(rules, key=lambda rule: rule.priority)


def _check(holds: bool, message: str) -> None:
    if not holds:
        raise PolicyError(message)


def _check_together(rules: list[Rule]) -> None:
    priorities = [rule.priority for rule in rules]
    _check(len(set(priorities)) == len(rules), "Each rule must have a unique rulePriority.")
    _only_one(rules, "untagged")
    _only_one(rules, "any")
    last = max(rules, key=lambda rule: rule.priority)
    some = any(rule.status == "any" for rule in rules)
    _check(not some or last.status == "any", "A rule with the tagStatus any must be the last.")
    lists = [frozenset(rule.patterns) for rule in rules if rule.patterns]
    _check(len(set(lists)) == len(lists), "Tag prefixes and patterns must be unique among rules.")


def _only_one(rules: list[Rule], status: str) -> None:
    found = [rule for rule in rules if rule.status == status]
    _check(len(found) < 2, f"Only one rule can select {status.capitalize()} images.")


def _rule(given: dict[str, Any]) -> Rule:
    selection, action = given["selection"], given["action"]
    _check(not given.keys() - _FIELDS, f"Unknown: {sorted(given.keys() - _FIELDS)}")
    unknown = selection.keys() - _SELECTION
    _check(not unknown, f"Unknown in selection: {sorted(unknown)}")
    _check(action["type"] != "transition", "The local AWS does not archive images.")
    _check(action == {"type": "expire"}, "The action's type must be expire.")
    storage = selection.get("storageClass", "standard")
    _check(storage == "standard", "storageClass must be standard.")
    by_age = _by_age(selection)
    return Rule(
        priority=_positive(given, "rulePriority"),
        status=_one_of(selection["tagStatus"], "tagStatus", "tagged", "untagged", "any"),
        patterns=_patterns(selection),
        count=_positive(selection, "countNumber"),
        by_age=by_age,
    )


def _by_age(selection: dict[str, Any]) -> bool:
    kind = selection["countType"]
    archiving = kind in ("sinceImagePulled", "sinceImageTransitioned")
    _check(not archiving, "The local AWS does not archive images.")
    _one_of(kind, "countType", "imageCountMoreThan", "sinceImagePushed")
    by_age = kind == "sinceImagePushed"
    unit = selection.get("countUnit")
    _check(not by_age or unit == "days", "countUnit must be days with sinceImagePushed.")
    _check(by_age or unit is None, "countUnit must be omitted with imageCountMoreThan.")
    return by_age


def _patterns(selection: dict[str, Any]) -> tuple[str, ...]:
    patterns, prefixes = selection.get("tagPatternList"), selection.get("tagPrefixList")
    if selection["tagStatus"] != "tagged":
        omitted = patterns is None and prefixes is None
        _check(omitted, "tagPatternList and tagPrefixList are for the tagStatus tagged alone.")
        return ()
    _check(bool(patterns) != bool(prefixes), "Either tagPatternList or tagPrefixList is required.")
    listed = patterns or prefixes
    texts = isinstance(listed, list) and all(isinstance(each, str) and each for each in listed)
    _check(texts, "Tag prefixes and patterns must be strings.")
    if prefixes:
        return tuple(f"{each}*" for each in prefixes)
    few = all(each.count("*") <= _MOST_WILDCARDS for each in patterns)
    _check(few, f"A pattern may have at most {_MOST_WILDCARDS} wildcards.")
    return tuple(patterns)


def _positive(given: dict[str, Any], name: str) -> int:
    value = given[name]
    number = isinstance(value, int) and not isinstance(value, bool) and value > 0
    _check(number, f"{name} must be a positive integer.")
    return value


def _one_of(value: Any, name: str, *known: str) -> str:
    _check(value in known, f"{name} must be one of {', '.join(known)}.")
    return str(value)
