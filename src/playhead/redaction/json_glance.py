"""A quick look at JSON: which names are in it, and which brackets stay open. Most JSON has nothing that is secret.

Looking at each token by itself takes twenty times as long. Here a text is parted at its quotation marks, all at once:
names are what a colon follows, and brackets stand in the gaps between strings.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate, compress, repeat
from typing import NamedTuple

__all__ = ["Glance", "glance", "may_hold_records", "names_in"]

_SPACED_COLON = re.compile(rb"[ \t\r\n]+:")
_SPACES = (b" :", b"\n:", b"\t:", b"\r:")
_NO_BRACKET = bytes(byte for byte in range(256) if byte not in b"{}[]")
_DEEPEST = 64
"""What is nested deeper is left to the scanner, which takes as long for any depth."""

_VALUE = re.compile(rb"v\W*a\W*l\W*u\W*e|\\", re.IGNORECASE)
_SCALAR = re.compile(rb"[^\s,}\]]*")


class Glance(NamedTuple):
    """What a look at `[:end]` gave: brackets that closed what was open before or are open after, and where the members
    with secret names stand, each from its name to the end of its value. If it `has_records`, something is called
    `value` in it."""

    end: int
    brackets: bytes
    members: list[tuple[int, int]]
    has_records: bool


def names_in(text: bytes) -> set[bytes]:
    """All strings that a colon follows, wherever strings begin and end: of a text that is broken some are no names."""
    plain = _without_escapes(text)
    if any(spaced in plain for spaced in _SPACES):
        plain = _SPACED_COLON.sub(b":", plain)
    pieces = plain.split(b'"')
    return set(compress(pieces, _before_colon(pieces[1:])))


def may_hold_records(names: Iterable[bytes]) -> bool:
    """Return True if one of the names may be `value`, which is what another member names."""
    return any(map(_VALUE.search, names))


def glance(text: bytes, is_secret: Callable[[set[bytes]], Iterable[bytes]]) -> Glance | None:
    """Look at a text that begins outside of strings; `None` if it has to be read token by token.

    `is_secret` gives those of some names that are secret. The look ends behind the last bracket that closes.
    """
    pieces = _without_escapes(text).split(b'"')
    end = _cut(pieces, len(text))
    gaps = pieces[::2]
    structure = b'"'.join(gaps)
    if not end or any(spaced in structure for spaced in _SPACES):
        return None
    brackets = _unmatched(structure.translate(None, _NO_BRACKET))
    if brackets is None:
        return None
    names = set(compress(pieces[1::2], _before_colon(gaps[1:])))
    secret = frozenset(is_secret(names))
    members = list(_members(pieces, secret)) if secret else []
    if None in members:
        return None
    return Glance(end, brackets, [each for each in members if each], may_hold_records(names))


def _without_escapes(text: bytes) -> bytes:
    """The text with other characters for escaped quotation marks, none of them a letter or digit; as long as it was."""
    if b"\\" not in text:
        return text
    return text.replace(b"\\\\", b"\x1a\x1a").replace(b'\\"', b"\x1a\x1a")


def _before_colon(gaps: Iterable[bytes]) -> Iterator[bool]:
    return map(bytes.startswith, gaps, repeat(b":"))


def _cut(pieces: list[bytes], size: int) -> int:
    """Take off what follows the last bracket that closes, a string that has not ended included; returns the size."""
    if len(pieces) % 2 == 0:
        size -= len(pieces.pop()) + 1
    while pieces:
        gap = pieces[-1]
        at = max(gap.rfind(b"}"), gap.rfind(b"]")) + 1
        if at:
            pieces[-1] = gap[:at]
            return size - len(gap) + at
        size -= sum(map(len, pieces[-2:])) + 2
        del pieces[-2:]
    return 0


def _unmatched(brackets: bytes) -> bytes | None:
    for _ in range(_DEEPEST):
        fewer = brackets.replace(b"{}", b"").replace(b"[]", b"")
        if len(fewer) == len(brackets):
            return fewer
        brackets = fewer
    return None


def _members(pieces: list[bytes], secret: frozenset[bytes]) -> Iterator[tuple[int, int] | None]:
    """Where members with these names stand; `None` for one whose value has members itself."""
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
