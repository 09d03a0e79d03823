r"""Texts with the escapes of URLs, JSON and HTML undone, and where each byte of them stood.

A secret is recognised by its form, and a form by its delimiters: `https%3A%2F%2Fada%3Apass%40db.test`,
`xoxb\u002d1234`, `https:\/\/ada:pass@db.test`. Only what stands for one printable ASCII character is undone, for
the forms consist of those; also where it was escaped several times (`%253A`, `\\u003a`).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass

__all__ = ["Unescaped", "holds", "joined", "may_be_escaped", "unescaped"]

_KINDS = (
    (b"%", re.compile(rb"%(?:25){0,3}([2-7][0-9A-Fa-f])")),
    (b"\\u00", re.compile(rb"\\u00([2-7][0-9A-Fa-f])")),
    (b"\\/", re.compile(rb"\\(/)")),
    (b"&#", re.compile(rb"&#(?:x0{0,2}([2-7][0-9A-Fa-f])|0{0,2}(3[2-9]|[4-9][0-9]|1[01][0-9]|12[0-6]));")),
)
"""A part of each kind of escape, and its pattern. Searching one kind at a time, and by patterns that begin with a
literal, is much faster than one pattern for all."""

_MOST_BACKSLASHES = 8
"""A text that was escaped several times has several before what they escape."""


@dataclass(frozen=True, slots=True)
class Unescaped:
    """A text without its escapes, and the way back to the original.

    For each escape, `_ends` has the position behind it in this text, and `_sources` that in the original.
    """

    text: bytes
    _ends: list[int]
    _sources: list[int]

    def place(self, position: int) -> int:
        """Return the position in the original for a position in the text without escapes."""
        index = bisect_right(self._ends, position) - 1
        return position if index < 0 else self._sources[index] + position - self._ends[index]


def holds(text: bytes, part: bytes) -> bool:
    """Return `part in text`. Bytes that a text has not are told ten times as fast as longer parts."""
    return part[:1] in text and part[-1:] in text and part in text


def _may_begin(text: bytes) -> bool:
    """Return False for texts without any character that an escape begins with."""
    return b"%" in text or b"\\" in text or b"&" in text


def may_be_escaped(text: bytes) -> bool:
    """Return False for texts that hold no escape; that is quick to tell."""
    if not _may_begin(text):
        return False
    return any(holds(text, part) and pattern.search(text) is not None for part, pattern in _KINDS)


def unescaped(text: bytes) -> Unescaped | None:
    """Return the text without its escapes, `None` if it has none."""
    if not _may_begin(text):
        return None
    escapes = [escape for part, pattern in _KINDS if holds(text, part) for escape in pattern.finditer(text)]
    if not escapes:
        return None
    escapes.sort(key=re.Match.start)
    return _replaced(text, [(_start(text, escape), escape) for escape in escapes], _meant)


def joined(text: bytes, breaks: re.Pattern[bytes]) -> Unescaped:
    """Return the text without the line breaks that `breaks` finds."""
    return _replaced(text, [(each.start(), each) for each in breaks.finditer(text)], lambda _: b"")


def _replaced(
    text: bytes, escapes: Iterable[tuple[int, re.Match[bytes]]], meant: Callable[[re.Match[bytes]], bytes]
) -> Unescaped:
    pieces, ends, sources = list[bytes](), list[int](), list[int]()
    position = length = 0
    for start, escape in escapes:
        new = meant(escape)
        pieces += [text[position:start], new]
        length += start - position + len(new)
        position = escape.end()
        ends.append(length)
        sources.append(position)
    pieces.append(text[position:])
    return Unescaped(b"".join(pieces), ends, sources)


def _start(text: bytes, escape: re.Match[bytes]) -> int:
    start = escape.start()
    if text[start] != ord("\\"):
        return start
    before = text[max(start - _MOST_BACKSLASHES + 1, 0) : start]
    return start - len(before) + len(before.rstrip(b"\\"))


def _meant(escape: re.Match[bytes]) -> bytes:
    code = escape[escape.lastindex or 0]
    if code == b"/":
        return code
    return bytes([int(code, 10 if escape.lastindex == 2 else 16)])
