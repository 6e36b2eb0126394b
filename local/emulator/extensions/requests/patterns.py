"""The regular expressions of AWS's models, in Java's syntax.

https://docs.oracle.com/javase/8/docs/api/java/util/regex/Pattern.html. `regex` supports all of them
except those that write a character beyond the first 65,536 as two surrogates.
"""

import functools

import regex

_SURROGATES = (
    (r"\uD800\uDC00-\uDBFF\uDFFF", r"\U00010000-\U0010FFFF"),
    (r"\ud800\udc00-\udbff\udfff", r"\U00010000-\U0010FFFF"),
)

# Unsupported patterns, which are not checked; the record of requests lists them.
unreadable: set[str] = set()


def matches(pattern: str, value: str) -> bool:
    """Whether a whole value matches a pattern; True if the pattern is unsupported."""
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
