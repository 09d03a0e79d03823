"""Parts that cassettes of many tools share: texts as bytes, header fields in their many shapes, places of faults."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from io import BytesIO

from playhead.model.cassette import Exchange
from playhead.model.http import Headers
from playhead.text.urls import has_address

__all__ = [
    "Unreadable",
    "as_bytes",
    "as_headers",
    "as_mapping",
    "as_status",
    "as_text",
    "as_url",
    "first_sides",
    "numbered",
    "without_coding",
]


class Unreadable(ValueError):
    """A part of a document is not what its tool writes: the `reason`, and the `place`, such as `interactions[2]`."""

    def __init__(self, reason: str, place: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.place = place

    def under(self, outer: str) -> Unreadable:
        """Return the error with its place seen from further out."""
        return Unreadable(self.reason, f"{outer}.{self.place}" if self.place else outer)


def first_sides(document: object, key: str) -> tuple[Mapping[str, object], Mapping[str, object]]:
    """Return request and response of the first interaction of a document, empty if there is no such thing."""
    found = document.get(key) if isinstance(document, dict) else None
    first = found[0] if isinstance(found, list) and found else None
    request, response = (first.get("request"), first.get("response")) if isinstance(first, dict) else (None, None)
    return request if isinstance(request, dict) else {}, response if isinstance(response, dict) else {}


def numbered(document: object, key: str, read: Callable[[int, Mapping[str, object]], Exchange]) -> list[Exchange]:
    """Return the exchanges of the interactions below a key, numbered from 1. Faults are named with their place."""
    interactions = document.get(key) if isinstance(document, dict) else None
    exchanges = []
    for position, each in enumerate(interactions if isinstance(interactions, list) else ()):
        try:
            exchanges.append(read(position + 1, as_mapping(each, "")))
        except Unreadable as error:
            raise error.under(f"{key}[{position}]") from None
    return exchanges


def without_coding(headers: Headers) -> Headers:
    """Return header fields without the coding of a body, where the tool has undone it for good."""
    return tuple(field for field in headers if field[0].lower() != "content-encoding")


def as_mapping(value: object, place: str) -> Mapping[str, object]:
    """Return the value if it is a mapping."""
    if isinstance(value, dict):
        return value
    raise Unreadable(f"a mapping is expected, not {type(value).__name__}", place)


def as_text(value: object, place: str) -> str:
    """Return a text that may have been written as bytes."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, str):
        return value
    raise Unreadable(f"a text is expected, not {type(value).__name__}", place)


def as_url(value: object, place: str) -> str:
    """Return the absolute URL of a request."""
    url = as_text(value, place)
    if "://" in url and has_address(url):
        return url
    raise Unreadable("an absolute URL is expected", place)


def as_status(value: object, place: str) -> int:
    """Return a status code, which a hand may have written as a text."""
    if isinstance(value, str) and value.strip().isdecimal():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 100 <= value <= 999:
        return value
    raise Unreadable("a status code from 100 to 999 is expected", place)


def as_bytes(value: object) -> bytes:
    """Return the bytes of a body: texts in UTF-8, files and iterators joined, anything else as JSON."""
    if value is None:
        return b""
    if isinstance(value, bytes):
        return value
    if isinstance(value, str):
        return value.encode("utf-8", "surrogatepass")
    if isinstance(value, BytesIO):
        return value.getvalue()
    return json.dumps(value, default=str).encode()


def as_headers(value: object, place: str) -> Headers:
    """Return header fields that stand as a mapping to one value or many, or as pairs."""
    if value is None:
        return ()
    if not isinstance(value, dict | list | tuple):
        raise Unreadable(f"header fields are expected, not {type(value).__name__}", place)
    pairs: Iterable[object] = value.items() if isinstance(value, dict) else value
    return tuple((_field(name), _field(each)) for pair in pairs for name, each in _fields(pair, place))


def _fields(pair: object, place: str) -> Iterable[tuple[object, object]]:
    if not isinstance(pair, list | tuple) or len(pair) != 2:
        raise Unreadable("header fields are pairs of name and value", place)
    name, values = pair
    several = values if isinstance(values, list | tuple) else [values]
    return [(name, each) for each in several if each is not None]


def _field(value: object) -> str:
    """Return a name or value of a header whose characters are bytes, as it was on the wire."""
    if isinstance(value, bytes):
        return value.decode("latin-1")
    text = str(value)
    return text if text.isascii() else text.encode("utf-8", "surrogatepass").decode("latin-1")
