"""A whole number in an address, where everything is text."""

import re
from typing import Annotated

from pydantic import BeforeValidator

# No sign +, no space, no other script's digits; and not so long that it takes time.
_FORM = re.compile(r"-?(0|[1-9][0-9]{0,17})", re.ASCII)


def _integer(text: object) -> int:
    if isinstance(text, str) and _FORM.fullmatch(text):
        return int(text)
    raise ValueError("must be a whole number")


IntegerText = Annotated[int, BeforeValidator(_integer)]
