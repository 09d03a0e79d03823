"""On which line of a `.json` file something stands, so that a report can point there. For what is known to parse."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

__all__ = ["line_of"]

_SCAN = json.JSONDecoder()
_BLANK = re.compile(r"[ \t\r\n]*")


def line_of(text: str, path: Sequence[str | int]) -> int:
    """The line, from 1, of what `path` leads to by keys and positions; where it leads nowhere, of the last step found.

    The key `"*"` is any: the first one. What is stepped over is parsed, not looked at: it takes as long as reading.
    """
    at = _past_blank(text, 0)
    for step in path:
        found = next((start for key, start in _members(text, at) if step in ("*", key)), None)
        if found is None:
            break
        at = found
    return text.count("\n", 0, at) + 1


def _members(text: str, at: int) -> Iterator[tuple[str | int, int]]:
    """The key or position of each member of the container that starts at `at`, and where its value starts."""
    opening = text[at : at + 1]
    at = _past_blank(text, at + 1)
    position = 0
    while opening in ("{", "[") and text[at : at + 1] not in ("}", "]", ""):
        key: str | int = position
        if opening == "{":
            key, at = _SCAN.raw_decode(text, at)
            at = _past_blank(text, _past_blank(text, at) + 1)
        yield key, at
        _, at = _SCAN.raw_decode(text, at)
        at = _past_blank(text, at)
        if text[at : at + 1] == ",":
            at = _past_blank(text, at + 1)
        position += 1


def _past_blank(text: str, at: int) -> int:
    blank = _BLANK.match(text, at)
    assert blank is not None  # it matches nothing, too
    return blank.end()
