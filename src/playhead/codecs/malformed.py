"""Checks of a document's parts, and the error that they raise.

Messages name types and never values, which may be secret.
"""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["MOST", "Malformed", "expect_known", "flag", "latin", "mapping", "rows", "text", "whole"]

MOST = 2**63 - 1
"""The largest whole number in a cassette. Msgpack, databases and other languages can hold it."""

_NAMES = {
    dict: "an object",
    list: "a list",
    str: "a string",
    bytes: "bytes",
    bool: "true or false",
    int: "a whole number",
    float: "a fraction",
    type(None): "null",
}


class Malformed(ValueError):
    """A document is malformed: the `reason`, and the `place` as a path such as `request.headers[2]`."""

    def __init__(self, reason: str, place: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.place = place

    def under(self, outer: str) -> Malformed:
        """Return the error with its place seen from further out."""
        return Malformed(self.reason, f"{outer}.{self.place}" if self.place else outer)


def _unlike(value: object, wanted: str, place: str) -> Malformed:
    return Malformed(f"{wanted} is expected, not {_NAMES.get(type(value), type(value).__name__)}", place)


def mapping(value: object, place: str) -> dict[str, object]:
    """Return the value if it is an object."""
    if type(value) is dict:
        return value
    raise _unlike(value, "an object", place)


def rows(value: object, place: str) -> list[object]:
    """Return the value if it is a list."""
    if type(value) is list:
        return value
    raise _unlike(value, "a list", place)


def text(value: object, place: str) -> str:
    """Return the value if it is a string."""
    if type(value) is str:
        return value
    raise _unlike(value, "a string", place)


def latin(value: object, place: str) -> str:
    """Return the value if it is a string whose characters can be the bytes of a header field."""
    checked = text(value, place)
    if checked.isascii() or max(checked) <= "\xff":
        return checked
    raise Malformed("a header field has only characters up to U+00FF", place)


def flag(value: object, place: str) -> bool:
    """Return the value if it is true or false."""
    if type(value) is bool:
        return value
    raise _unlike(value, "true or false", place)


def whole(value: object, place: str, least: int = 0) -> int:
    """Return the value if it is a whole number from `least` to 2**63 - 1."""
    if type(value) is not int:
        raise _unlike(value, "a whole number", place)
    if not least <= value <= MOST:
        raise Malformed(f"a number from {least} to 2**63 - 1 is expected", place)
    return value


def expect_known(found: Mapping[str, object], known: frozenset[str], place: str) -> None:
    """Refuse keys that version 1 does not have: a mistyped key must not silently drop what it held."""
    if known.issuperset(found):
        return
    for key in found:
        if key not in known:
            shown = key if isinstance(key, str) and key.isidentifier() and len(key) <= 40 else "?"
            raise Malformed(f"the key {shown!r} is unknown; known are {', '.join(sorted(known))}", place)
