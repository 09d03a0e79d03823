"""Find other entities that recordings know: requests for them can be built from the request for one.

A path names its entity by the last segment that looks like an id, or that is the value of a field in the entity's own
answer (`login` in that of `/users/ada`). Others are named by recorded paths and links beside it (`/users/2`), and by
the objects of the collection (`/users`): items of its lists, what was created there, and what links to itself there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from playhead.contract.answers import documents_of
from playhead.contract.contract import Read, in_memory
from playhead.contract.identity import IDENTIFIERS
from playhead.contract.looks import id_prefix, known_constant, look_of
from playhead.contract.requests import key_of
from playhead.model.cassette import Exchange
from playhead.model.http import BodyFile, header_values
from playhead.text.placeholder_signs import PREFIX

__all__ = ["Known"]

_LINK = re.compile(r"(?:https?://[a-z0-9.:-]+)?/(?!/)[^?#\s{}]+", re.IGNORECASE)
_SELF = ("self", "href", "url", "@id")
_ITSELF = ""
"""Stands among the fields of an object for the last segment of its link to itself."""

_DEEPEST = 6
_MOST = 64
_LONGEST = 128

_Place = tuple[str, str]
"""A collection: its host and its path."""


class Known:
    """The entities that some recordings know, by their collections."""

    def __init__(self, exchanges: Iterable[Exchange], read: Read = in_memory) -> None:
        self._segments: dict[_Place, dict[str, None]] = {}
        self._objects: dict[_Place, list[dict[str, str]]] = {}
        self._read = read
        for each in exchanges:
            self._note(each)

    def others(self, exchange: Exchange) -> Iterator[str]:
        """Yield the URLs of requests for other entities of the same kind, without that of the exchange itself."""
        parts = urlsplit(exchange.request.url)
        segments = parts.path.split("/")
        own = [_fields(each) for value in self._values(exchange) for each in _objects(value, itself=True)]
        for at in range(len(segments) - 1, 0, -1):
            segment = unquote(segments[at])
            if not segment or PREFIX in segment or known_constant(segment):
                continue
            place = _host(exchange.request.url), "/".join(segments[:at])
            found = dict.fromkeys(each for each in self._beside(place, segment, own) if _alike(each, segment))
            for other in found:
                path = "/".join((*segments[:at], quote(other, safe=""), *segments[at + 1 :]))
                yield urlunsplit(parts._replace(path=path))
            if found or look_of(segment):
                return

    def _beside(self, place: _Place, segment: str, own: list[dict[str, str]]) -> Iterator[str]:
        """Yield the names of all entities in a collection of which `segment` names one."""
        objects = self._objects.get(place, [])
        names = {name for each in (*own, *objects) for name, value in each.items() if value == segment}
        certain = names.intersection((*IDENTIFIERS, _ITSELF))
        if look_of(segment):
            yield from self._segments.get(place, ())
            names = names or {*IDENTIFIERS, _ITSELF}
        yield from (value for each in objects for name, value in each.items() if name in (certain or names))

    def _note(self, exchange: Exchange) -> None:
        url, response = exchange.request.url, exchange.response
        self._note_path(url, url)
        if response is None or not 200 <= response.status < 300:
            return
        for location in header_values(response.headers, "location"):
            self._note_path(location, url)
        created = exchange.request.method not in ("GET", "HEAD")
        for value in self._values(exchange):
            self._keep((_host(url), urlsplit(url).path.rstrip("/")), _objects(value, itself=created))
            self._note_value(value, url, _DEEPEST)

    def _note_value(self, value: object, url: str, depth: int) -> None:
        """Note the links in a value, and the objects that link to themselves."""
        if isinstance(value, str):
            self._note_path(value, url)
        elif isinstance(value, list) and depth:
            for item in value:
                self._note_value(item, url, depth - 1)
        elif isinstance(value, dict) and depth:
            if link := _link_of(value):
                self._keep((_host(link, url), urlsplit(link).path.rpartition("/")[0]), [value])
            for item in value.values():
                self._note_value(item, url, depth - 1)

    def _note_path(self, text: str, url: str) -> None:
        """Note the segments of a path that look like ids; `url` is that of the request."""
        if text is not url and not _LINK.fullmatch(text):
            return
        segments = urlsplit(text).path.split("/")
        for at in range(1, len(segments)):
            if look_of(segments[at]):
                kept = self._segments.setdefault((_host(text, url), "/".join(segments[:at])), {})
                if len(kept) < _MOST:
                    kept[segments[at]] = None

    def _keep(self, place: _Place, found: Iterable[dict[str, object]]) -> None:
        kept = self._objects.setdefault(place, [])
        kept += islice(filter(None, map(_fields, found)), _MOST - len(kept))

    def _values(self, exchange: Exchange) -> list[object]:
        response = exchange.response
        if response is None or not response.complete:
            return []
        body = self._read(response.body) if isinstance(response.body, BodyFile) else response.body
        return [value for _, value in documents_of(response, body)]


def _host(url: str, base: str = "") -> str:
    return key_of("GET", url if "://" in url else base, None).host


def _objects(value: object, *, itself: bool, depth: int = 2) -> Iterator[dict[str, object]]:
    """Yield the objects that an answer is about: the items of its lists, and with `itself` the object around them."""
    if isinstance(value, list):
        yield from (item for item in value if isinstance(item, dict))
    elif isinstance(value, dict):
        if itself:
            yield value
        for item in value.values() if depth else ():
            yield from _objects(item, itself=itself, depth=depth - 1)


def _fields(value: dict[str, object]) -> dict[str, str]:
    """Return the fields of an object that may name it."""
    fields = {name: str(item) for name, item in value.items() if type(item) in (str, int)}
    if link := _link_of(value):
        fields[_ITSELF] = unquote(urlsplit(link).path.rpartition("/")[2])
    return {name: text for name, text in fields.items() if 0 < len(text) <= _LONGEST}


def _link_of(value: dict[str, object]) -> str:
    """Return an object's link to itself, or `""`."""
    around = next((value[name] for name in ("links", "_links") if isinstance(value.get(name), dict)), None)
    found = [value.get(name) for name in _SELF] + ([around.get("self")] if isinstance(around, dict) else [])
    for each in found:
        link = each.get("href") if isinstance(each, dict) else each
        if isinstance(link, str) and _LINK.fullmatch(link):
            return link
    return ""


def _alike(other: str, segment: str) -> bool:
    """Return True if a value may stand in the place of a segment."""
    if other == segment or PREFIX in other or known_constant(other) or not other.strip("."):
        return False
    return all(trait(other) == trait(segment) for trait in (look_of, id_prefix, str.isdigit, _is_plain))


def _is_plain(text: str) -> bool:
    return re.fullmatch(r"[\w.~-]+", text) is not None
