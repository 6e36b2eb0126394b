from typing import Any

import pytest

from extensions.topics.input_template import problem_of


def transformer(template: str, *names: str) -> dict[str, Any]:
    """A target whose transformer has these variables."""
    paths = {name: f"$.detail.{name}" for name in names}
    return {"Id": "topic", "InputTransformer": {"InputPathsMap": paths, "InputTemplate": template}}


@pytest.mark.parametrize(
    "template",
    [
        '"The deployment of <service> failed: <reason>"',
        '{"service": <service>, "text": "of \\"<reason>\\""}',
        "<service>",
        "<aws.events.event.json>",
        '["<aws.events.rule-name>", <aws.events.event.ingestion-time>]',
        '"first <service>"\n"second <reason>"',
        '{\n  "service": <service>\n}',
        '"1 < 2 and 3 > 2"',
    ],
)
def test_a_template_that_is_json_with_its_values_is_accepted(template: str) -> None:
    assert problem_of(transformer(template, "service", "reason")) is None


@pytest.mark.parametrize(
    "template",
    ["<service> failed", '"<service>', '{"service": <service>', '"first"\nsecond', "failed", ""],
)
def test_one_that_is_not_is_refused(template: str) -> None:
    problem = problem_of(transformer(template, "service"))
    assert problem == f"Invalid InputTemplate for target topic : it is no JSON: {template}"


@pytest.mark.parametrize("name", ["reason", "aws.events.event.detail", "aws.events"])
def test_a_placeholder_that_nothing_fills_is_refused(name: str) -> None:
    for template in (f'"<service>: <{name}>"', f"[<service>, <{name}>]"):
        problem = problem_of(transformer(template, "service"))
        assert problem == f"InputTemplate for target topic contains invalid placeholder {name}."


def test_a_target_without_a_transformer_has_nothing_wrong() -> None:
    assert problem_of({"Id": "topic"}) is None
