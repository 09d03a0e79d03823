"""A quick look at JSON: which names are in it, and which brackets stay open. Most JSON has nothing that is secret.

Looking at each token by itself takes fifty times as long. Here a text is parted all at once: at quotation marks that a
colon follows, before which names stand, and, nothing but quotation marks and brackets left of it, into strings and the
gaps between them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate, repeat
from operator import itemgetter
from typing import NamedTuple

__all__ = ["ESCAPED", "Glance", "glance", "may_hold_records", "names_in"]

_SPACED_COLON = re.compile(rb'"[ \t\r\n]+:')
_BLANKS = (b" ", b"\n", b"\t", b"\r")
_NO_STRUCTURE = bytes(byte for byte in range(256) if byte not in b'"{}[]')
ESCAPED = b"\x1a"
"""Replaces each byte of an escaped quotation mark or backslash in the names that a glance gives."""

_DEEPEST = 64
"""Deeper nesting is left to the scanner, which takes as long for any depth."""

_VALUE = re.compile(rb"v\W*a\W*l\W*u\W*e|\\", re.IGNORECASE)
_NAMING = frozenset({b"name", b"Name", b"NAME", b"key", b"Key", b"KEY"})
_BRACKET = re.compile(rb'"[^"]*+"|([{}\[\]])')
_SCALAR = re.compile(rb"[^\s,}\]]*")


class Glance(NamedTuple):
    """The result of a look at `[:end]`.

    Attributes:
        end: Where the look ended.
        brackets: Unmatched brackets: those that close what was open before, and those still open at the end.
        members: The members with secret names, each from its name to the end of its value.
        has_records: True if something is called `value`, which another member may name.
    """

    end: int
    brackets: bytes
    members: list[tuple[int, int]]
    has_records: bool


def names_in(text: bytes) -> set[bytes]:
    """Return all strings that a colon follows. In broken text some of them are not names.

    A name that begins with a colon comes without that colon.
    """
    plain = _without_escapes(text)
    return _names(_SPACED_COLON.sub(b'":', plain) if _has_spaced_colons(plain) else plain)


def may_hold_records(names: Iterable[bytes]) -> bool:
    """Return True if one of the names may be `value`, which is what another member names."""
    return any(map(_VALUE.search, names))


def glance(text: bytes, is_secret: Callable[[set[bytes]], Iterable[bytes]]) -> Glance | None:
    """Look at a text that begins outside of strings; `None` if it has to be read token by token.

    `is_secret` gives those of some names that are secret. The look ends behind the last bracket that closes; if there
    may be records, where objects stay whole, so that their names and values are seen together.
    """
    plain = _without_escapes(text)
    end = _end(plain)
    if not end or _has_spaced_colons(plain):
        return None
    plain = plain[:end]
    brackets = _unmatched(b"".join(plain.translate(None, _NO_STRUCTURE).split(b'"')[::2]))
    if brackets is None:
        return None
    names = _names(plain)
    has_records = may_hold_records(names)
    if brackets and (has_records or not _NAMING.isdisjoint(names)):
        end, brackets = _with_whole_objects(plain, brackets, 0 if has_records else end * 3 // 4)
        if not end:
            return None
        plain = plain[:end]
    secret = frozenset(is_secret(names))
    members = list(_members(plain.split(b'"'), secret)) if secret else []
    if None in members:
        return None
    return Glance(end, brackets, [each for each in members if each], has_records)


def _without_escapes(text: bytes) -> bytes:
    """Return the text, as long as before, with other characters in place of escaped quotation marks."""
    if b"\\" not in text:
        return text
    return text.replace(b"\\\\", ESCAPED * 2).replace(b'\\"', ESCAPED * 2)


def _has_spaced_colons(plain: bytes) -> bool:
    spaced = b" " in plain and b" :" in plain
    spaced = spaced or any(blank in plain and blank + b":" in plain for blank in _BLANKS)
    return spaced and _SPACED_COLON.search(plain) is not None


def _names(plain: bytes) -> set[bytes]:
    before = plain.split(b'":')
    before.pop()
    return set(map(itemgetter(2), map(bytes.rpartition, before, repeat(b'"'))))


def _end(plain: bytes) -> int:
    """Return the position behind the last closing bracket outside of strings, 0 if there is none."""
    stop, outside = len(plain), plain.count(b'"') % 2 == 0
    while stop >= 0:
        quote = plain.rfind(b'"', 0, stop)
        if outside:
            at = max(plain.rfind(b"}", quote + 1, stop), plain.rfind(b"]", quote + 1, stop)) + 1
            if at:
                return at
        stop, outside = quote, not outside
    return 0


def _with_whole_objects(plain: bytes, brackets: bytes, first: int) -> tuple[int, bytes]:
    """Return where to end the look so that objects stay whole, and the unmatched brackets up to there.

    The look ends behind what closes objects from before, or in front of an object that goes on. An object that begins
    before `first` is too long for that.
    """
    opened = brackets.lstrip(b"}]")
    closed = brackets[: len(brackets) - len(opened)]
    if closed:
        return _unmatched_places(plain, b"}]", len(closed))[-1] + 1, closed
    places = [len(plain) - 1 - at for at in _unmatched_places(plain[::-1], b"{[", len(opened))]
    whole = min((at for at in places if at >= first and plain[at : at + 1] == b"{"), default=len(plain))
    end = _end(plain[:whole])
    return end, opened[: sum(at < end for at in places)]


def _unmatched_places(plain: bytes, brackets: bytes, count: int) -> list[int]:
    """Return the positions of the first `count` unmatched brackets, reading towards where they close."""
    places, depth = list[int](), 0
    for bracket in _BRACKET.finditer(plain):
        if bracket[1] is None:
            continue
        if bracket[1] not in brackets:
            depth += 1
        elif depth:
            depth -= 1
        else:
            places.append(bracket.start())
            if len(places) == count:
                break
    return places


def _unmatched(brackets: bytes) -> bytes | None:
    for _ in range(_DEEPEST):
        fewer = brackets.replace(b"{}", b"").replace(b"[]", b"")
        if len(fewer) == len(brackets):
            return fewer
        brackets = fewer
    return None


def _members(pieces: list[bytes], secret: frozenset[bytes]) -> Iterator[tuple[int, int] | None]:
    """Yield the spans of members with these names, `None` for a member whose value is an object or array."""
    ends = list(accumulate(map(len, pieces)))
    for at in range(1, len(pieces) - 1, 2):
        if pieces[at] in secret and pieces[at + 1].startswith(b":"):
            start, gap = ends[at - 1] + at - 1, pieces[at + 1]
            value = gap[1:].lstrip()
            if not value:
                yield start, ends[at + 2] + at + 3
            elif value[:1] in b"{[":
                yield None
            else:
                scalar = _SCALAR.match(value)
                yield start, ends[at + 1] + at + 1 - len(value) + (scalar.end() if scalar else 0)
