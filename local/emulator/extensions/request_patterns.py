"""The regular expressions of AWS's models, which are Java's.

https://docs.oracle.com/javase/8/docs/api/java/util/regex/Pattern.html. `regex` reads all of them
but those that write a character beyond the first 65,536 as two surrogates.
"""

import functools

import regex

_SURROGATES = (
    (r"\uD800\uDC00-\uDBFF\uDFFF", r"\U00010000-\U0010FFFF"),
    (r"\ud800\udc00-\udbff\udfff", r"\U00010000-\U0010FFFF"),
)

# What could not be read, and so is not checked; the record of requests tells it.
unreadable: set[str] = set()


def matches(pattern: str, value: str) -> bool:
    """Whether the whole of a value is as a pattern says; True for one that cannot be read."""
    compiled = _compiled(pattern)
    return compiled is None or compiled.fullmatch(value) is not None


@functools.cache
def _compiled(pattern: str) -> regex.Pattern[str] | None:
    for java, python in _SURROGATES:
        pattern = pattern.replace(java, python)
    try:
        return regex.compile(pattern)
    except regex.error:
        unreadable.add(pattern)
        return None
