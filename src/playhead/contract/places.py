"""The place of a finding, taken apart again: which message, which part of it, and the way to a value in its body."""

from __future__ import annotations

import re
from typing import NamedTuple

__all__ = ["Place", "place_of"]

_PLACE = re.compile(
    r"(?:4xx |errors |returned )?(?P<ours>request )?(?:event (?P<event>.*?)(?= /| \[|$) ?)?(?P<rest>.*)", re.DOTALL
)
_NAMED = re.compile(r"(header|query)\.(.*)", re.DOTALL)
_TAG = re.compile(r"\[(?:\w+=[^\]]*)?\]$")


class Place(NamedTuple):
    """Where something changed: `part` is `"status"`, `"header"`, `"query"`, `"body"`, or another word of the finding.

    `name` is that of a header or parameter. `pointer` are the keys that lead to a value in a body, `"*"` being any item
    or key. `event` is the type of the events of a stream.
    """

    part: str
    ours: bool = False
    name: str = ""
    pointer: tuple[str, ...] = ()
    event: str = ""


def place_of(text: str) -> Place:
    """The parts of `Finding.place`."""
    match = _PLACE.fullmatch(text)
    assert match is not None  # every part may be absent
    rest, event = match["rest"], match["event"] or ""
    if named := _NAMED.fullmatch(rest):
        return Place(named[1], named[1] == "query", named[2])
    if event or rest[:1] in ("/", "["):
        return Place("body", match["ours"] is not None, "", _pointer(rest), event)
    return Place(rest)


def _pointer(text: str) -> tuple[str, ...]:
    keys = (_TAG.sub("", part).replace("~1", "/").replace("~0", "~") for part in text.split("/")[1:])  # RFC 6901
    return () if text == "/" else tuple(keys)
