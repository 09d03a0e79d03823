"""A few interactions of a `.json` cassette put in the place of others, and every other byte of the text left as it is.

A file that was edited by hand, or laid out by another program, keeps its own layout that way.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator

__all__ = ["spliced"]

_BLANK = re.compile(r"[ \t\n\r]*")
_DECODER = json.JSONDecoder()

Span = tuple[int, int]


def spliced(text: str, fresh: str, ids: Collection[int]) -> str | None:
    """The text with the interactions of these ids, and their rows of the timeline, as they are in `fresh`.

    Both are cassettes. `None` where one of them has a part of them that the other has not.
    """
    old, new = _spans(text, ids), _spans(fresh, ids)
    if old.keys() != new.keys():
        return None
    pieces, position = [], 0
    for key, (start, end) in sorted(old.items(), key=lambda item: item[1]):
        pieces += [text[position:start], fresh[slice(*new[key])]]
        position = end
    return "".join([*pieces, text[position:]])


def _spans(text: str, ids: Collection[int]) -> dict[tuple[str, int], Span]:
    """Where the interactions and the rows of these ids stand."""
    return {
        (name, number): span
        for name, at in _members(text)
        if name in ("interactions", "timeline")
        for number, span in _items(text, at)
        if number in ids
    }


def _members(text: str) -> Iterator[tuple[str, int]]:
    """The members of the outermost object: each name, and where its value begins."""
    at = _past_blank(text, _past_blank(text, 0) + 1)
    while text[at] != "}":
        name, at = _DECODER.raw_decode(text, at)
        at = _past_blank(text, _past_blank(text, at) + 1)
        yield name, at
        _, at = _DECODER.raw_decode(text, at)
        at = _past_comma(text, at)


def _items(text: str, at: int) -> Iterator[tuple[int, Span]]:
    """The objects of an array that have an id."""
    at = _past_blank(text, at + 1)
    while text[at] != "]":
        value, end = _DECODER.raw_decode(text, at)
        yield value["id"], (at, end)
        at = _past_comma(text, end)


def _past_blank(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    return at if found is None else found.end()


def _past_comma(text: str, at: int) -> int:
    at = _past_blank(text, at)
    return _past_blank(text, at + 1) if text[at] == "," else at
