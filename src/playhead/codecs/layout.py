"""A document laid out as text for people and git, one member a line.

Each header field, each failure and each row of the timeline is on one line.
"""

from __future__ import annotations

from collections.abc import Mapping
from json.encoder import encode_basestring

from playhead.codecs.styles import STYLES

__all__ = ["lay_out"]


class _Line(str):
    """A text that is laid out already."""

    __slots__ = ()


_on_one_line = STYLES["spaced"][0]
_NUMBERS = {int, float}
_CONTAINERS = {dict, list}
_SHORT_COLUMNS = 72
_IN_ONE_LINE = frozenset({"recorded", "failure"})
_ROW_EACH = frozenset({"headers", "timeline"})
_NAMED = _IN_ONE_LINE | _ROW_EACH


def lay_out(document: Mapping[str, object]) -> str:
    """Return the text of a document, with an indentation of two spaces and a newline at the end."""
    interactions = document["interactions"]
    assert isinstance(interactions, list)
    laid = {**_lines(document, "\n  "), "interactions": [_interaction(parts, "\n      ") for parts in interactions]}
    return _broken(laid, "\n") + "\n"


def _interaction(parts: Mapping[str, object], newline: str) -> dict[str, object]:
    inner = newline + "  "
    laid = _lines(parts, newline)
    return {key: _lines(part, inner) if isinstance(part, dict) else part for key, part in laid.items()}


def _lines(parts: Mapping[str, object], newline: str) -> dict[str, object]:
    """Return the members of an object, laid out as far as their names tell. Each begins after the `newline`."""
    return {key: _line(key, part, newline) if key in _NAMED else part for key, part in parts.items()}


def _line(key: str, part: object, newline: str) -> object:
    if key in _IN_ONE_LINE:
        return _Line(_on_one_line(part))
    if isinstance(part, list) and part:
        return _Line(_bracketed(list(map(_on_one_line, part)), newline))
    return part


def _broken(value: object, newline: str) -> str:
    """Return the value with one member a line.

    Short lists and all lists of numbers are on one line: an embedding has thousands.
    """
    if type(value) is str:
        return encode_basestring(value)
    if type(value) is int:
        return repr(value)
    if type(value) is _Line:
        return value
    inner = newline + "  "
    if isinstance(value, dict) and value:
        members = [f"{inner}{encode_basestring(key)}: {_broken(item, inner)}" for key, item in value.items()]
        return "{" + ",".join(members) + newline + "}"
    if isinstance(value, list) and value and not _fits_a_line(value):
        return _bracketed([_broken(item, inner) for item in value], newline)
    return _on_one_line(value)


def _bracketed(items: list[str], newline: str) -> str:
    inner = newline + "  "
    return f"[{inner}{f',{inner}'.join(items)}{newline}]"


def _fits_a_line(items: list[object]) -> bool:
    kinds = {type(item) for item in items}
    if kinds <= _NUMBERS:
        return True
    return kinds.isdisjoint(_CONTAINERS) and len(items) < _SHORT_COLUMNS and len(_on_one_line(items)) <= _SHORT_COLUMNS
