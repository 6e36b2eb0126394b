"""The parameters of a request, by which IAM checks it: MiniStack sees the one of `Name` alone.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html
"""

from collections.abc import Callable

Fields = Callable[[str], str]

# The most names of a request.
_MOST = 10
_ACTIONS = ("ssm:DeleteParameters", "ssm:GetParameters")


def arns(action: str, place: str, given: Fields) -> list[str]:
    """Return the ARNs; `place` is the region and account of an ARN."""
    if action not in _ACTIONS:
        return []
    names = [given(f"Names.{index}") for index in range(_MOST)]
    return [arn(name, place) for name in names if name]


def arn(name: str, place: str) -> str:
    """Return the ARN of a parameter that is named by its name or by its ARN."""
    return name if name.startswith("arn:") else f"arn:aws:ssm:{place}:parameter/{name.lstrip('/')}"
