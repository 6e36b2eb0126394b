"""The one place where MiniStack's own functions are replaced.

MiniStack has no plug-in interface, so an extension replaces functions of its modules. Its release
is pinned. If the pin is changed, a function that is missing or takes other parameters is reported
in one sentence when the emulator starts, not as a strange answer to Terraform an hour later.
"""

import functools
import inspect
from collections.abc import Callable
from types import ModuleType
from typing import Any


class SeamError(RuntimeError):
    """A function of MiniStack differs from the one that an extension was written for."""


def check(owner: ModuleType | type, name: str, parameters: str) -> Callable[..., Any]:
    """Return the function `name` of `owner`, which must take exactly these parameters."""
    where = f"{owner.__name__}.{name}"
    original = getattr(owner, name, None)
    if original is None:
        raise SeamError(f"{where} has gone from this release of MiniStack: adapt the extension")
    found = " ".join(inspect.signature(original).parameters)
    if found != parameters:
        raise SeamError(
            f"{where} takes ({found}) in this release of MiniStack, the extension was written for "
            f"({parameters}): adapt it"
        )
    return original


def wrap(
    owner: ModuleType | type,
    name: str,
    parameters: str,
    wrapper: Callable[[Callable[..., Any]], Callable[..., Any]],
) -> None:
    """Replace the function `name` of `owner` with `wrapper(original)`, also in dispatch tables."""
    original = check(owner, name, parameters)
    # `wraps` keeps the signature, so that a second extension can wrap the same function.
    replacement = functools.wraps(original)(wrapper(original))
    setattr(owner, name, replacement)
    for table in vars(owner).values():
        if isinstance(table, dict):
            for key in [key for key, value in table.items() if value is original]:
                table[key] = replacement
