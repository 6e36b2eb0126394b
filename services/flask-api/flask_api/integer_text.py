"""A whole number in an address, where everything is text."""

import re

from pydantic import BeforeValidator

# No sign +, no space, no other script's digits; and not so long that it takes time.
_FORM = re.compile(r"-?(0|[1-9][0-9]{0,17})", re.ASCII)


def _integer(text: object) -> int:
    if isinstance(text, str) and _FORM.fullmatch(text):
        return int(text)
    raise ValueError("must be a whole number")


# Stands after the limits: pydantic describes only such limits as stand next to the type.
FROM_TEXT = BeforeValidator(_integer)
