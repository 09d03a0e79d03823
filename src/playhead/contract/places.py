"""Parse the place of a finding: the message, the part of it, and the path to a value in its body."""

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
    """A parsed place.

    Attributes:
        part: `"status"`, `"header"`, `"query"`, `"body"`, or another word of the finding.
        ours: True if the place is in the request.
        name: The name of a header or parameter.
        pointer: The keys that lead to a value in a body; `"*"` is any item or key.
        event: The type of the events of a stream.
    """

    part: str
    ours: bool = False
    name: str = ""
    pointer: tuple[str, ...] = ()
    event: str = ""


def place_of(text: str) -> Place:
    """Parse `Finding.place`."""
    match = _PLACE.fullmatch(text)
    assert match is not None  # every part is optional
    rest, event = match["rest"], match["event"] or ""
    if named := _NAMED.fullmatch(rest):
        return Place(named[1], named[1] == "query" or match["ours"] is not None, named[2])
    if event or rest[:1] in ("/", "["):
        return Place("body", match["ours"] is not None, "", _pointer(rest), event)
    return Place(rest)


def _pointer(text: str) -> tuple[str, ...]:
    keys = (_TAG.sub("", part).replace("~1", "/").replace("~0", "~") for part in text.split("/")[1:])  # RFC 6901
    return () if text == "/" else tuple(keys)
