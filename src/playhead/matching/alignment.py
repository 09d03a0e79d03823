"""A live request aligned with a stored one: the live value in each place where a placeholder was stored."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, cast
from urllib.parse import unquote

from playhead.matching.content import Content, Part
from playhead.matching.json_path import shown_step
from playhead.matching.json_value import canonical
from playhead.matching.placeholders import MarksIn, captures
from playhead.matching.reading import Reading

__all__ = ["Held", "align", "align_json"]

Pairs = Sequence[tuple[str, str]]

_DEEPEST = 100


class Held(NamedTuple):
    """The value that a live request holds in the place of a placeholder."""

    place: str
    kind: str
    number: int
    value: str


class _Apart(Exception):
    """The two differ in more than placeholders."""


def align(recorded: Reading, sent: Reading, marks_in: MarksIn) -> list[Held] | None:
    """Return what a live request holds for each placeholder of a stored one, `None` if they differ in anything else.

    Both are read with their placeholders as they are. Host and port count as equal, except for placeholders in them.
    Checked headers are not compared.
    """
    laid = _Laid(marks_in)
    try:
        laid.url(recorded, sent)
        laid.content("body", recorded.content, sent.content)
    except _Apart:
        return None
    return laid.held


def align_json(place: str, recorded: object, sent: object, marks_in: MarksIn) -> list[Held] | None:
    """Return what a live JSON value holds for each placeholder of a stored one, likewise."""
    laid = _Laid(marks_in)
    try:
        laid.json(place, recorded, sent)
    except _Apart:
        return None
    return laid.held


class _Laid:
    def __init__(self, marks_in: MarksIn) -> None:
        self._marks_in = marks_in
        self.held: list[Held] = []

    def url(self, recorded: Reading, sent: Reading) -> None:
        old, new = recorded.bucket, sent.bucket
        if self._marks_in(old.host):
            self._text("host", old.host, new.host)
        segments, others = old.path.split("/"), new.path.split("/")
        if len(segments) != len(others):
            raise _Apart
        for segment, other in zip(segments, others, strict=True):
            self._text("path", segment, other, decoded=unquote)
        self._pairs("query", old.query, new.query)

    def content(self, place: str, recorded: Content, sent: Content) -> None:
        if recorded.kind != sent.kind:
            raise _Apart
        if recorded.kind == "json":
            self.json(f"{place}.$", recorded.value, sent.value)
        elif recorded.kind == "form":
            self._pairs("form", cast(Pairs, recorded.value), cast(Pairs, sent.value))
        elif recorded.kind == "multipart":
            self._parts(cast(tuple[Part, ...], recorded.value), cast(tuple[Part, ...], sent.value))
        elif recorded.kind == "bytes":
            texts = (cast(bytes, each.value).decode("latin-1") for each in (recorded, sent))
            self._text(place, *texts)
        elif recorded.value != sent.value:
            raise _Apart

    def json(self, place: str, old: object, new: object, depth: int = 0) -> None:
        if isinstance(old, str):
            self._text(place, old, new if isinstance(new, str) else canonical(new))
        elif depth < _DEEPEST and isinstance(old, dict) and isinstance(new, dict) and old.keys() == new.keys():
            for name, value in old.items():
                self.json(place + shown_step(name), value, new[name], depth + 1)
        elif depth < _DEEPEST and isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
            for index, value in enumerate(old):
                self.json(place + shown_step(index), value, new[index], depth + 1)
        elif canonical(old) != canonical(new):
            raise _Apart

    def _parts(self, old: Sequence[Part], new: Sequence[Part]) -> None:
        if [part.headers for part in old] != [part.headers for part in new]:
            raise _Apart
        for part, other in zip(old, new, strict=True):
            self.content(f"part.{part.name}", part.content, other.content)

    def _pairs(self, kind: str, old: Pairs, new: Pairs) -> None:
        if len(old) != len(new) or sorted(name for name, _ in old) != sorted(name for name, _ in new):
            raise _Apart
        for name in dict.fromkeys(name for name, _ in old):
            for value, other in self._in_pairs(_named(old, name), _named(new, name)):
                self._text(f"{kind}.{name}", value, other)

    def _in_pairs(self, old: list[str], new: list[str]) -> Iterator[tuple[str, str]]:
        """Return the values of one name, without those that are literally on both sides."""
        for value in [each for each in old if each in new and not self._marks_in(each)]:
            if value in new:
                old.remove(value)
                new.remove(value)
        return zip(old, new, strict=True)

    def _text(self, place: str, old: str, new: str, *, decoded: Callable[[str], str] = str) -> None:
        found = captures(old, new, self._marks_in)
        if found is None:
            raise _Apart
        self.held += [Held(place, each.kind, each.number, decoded(each.value)) for each in found]


def _named(pairs: Pairs, name: str) -> list[str]:
    return [value for each, value in pairs if each == name]
