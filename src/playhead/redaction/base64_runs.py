"""Runs of base64 in a text, decoded so that secrets in them are found: of any length, and from any place on.

A run of base64 characters may be longer than the encoded bytes: in `/files/ZGF0YQ` the slashes belong to it too. So
each run is decoded from four starting points. All runs of a text are decoded together first, and one by one only if
that finds something. An edited run is encoded again from the group of three bytes that the edit begins in.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from playhead.redaction.edits import Edit, Piece, apply
from playhead.redaction.escapes import Unescaped, joined, unescaped

__all__ = ["coded_pieces", "decoded_runs"]

_FEWEST = 16
_RUN = re.compile(rb"(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{%d,}+" % _FEWEST)
_WRAP = re.compile(rb"(?<=[A-Za-z0-9+/]{48})(?:\\{1,8}r)?(?:\\{1,8}n|\r?\n|\\{1,8}u000[aA])(?=[A-Za-z0-9+/])")
"""Line breaks inside base64, also as JSON escapes them. Lines have 64 or 76 characters as a rule (RFC 2045, section
6.8)."""

_PADDING = re.compile(rb"={0,2}")
_STANDARD = bytes.maketrans(b"-_", b"+/")
_URL_SAFE = bytes.maketrans(b"+/", b"-_")
_BETWEEN = b"AAAA"
"""Three zero bytes."""

_SIGNS = bytes(ord("a") if re.match(rb"[A-Za-z0-9+/_-]", bytes([byte])) else ord(" ") for byte in range(256))
_SIGN_RUN = b"a" * _FEWEST
_LINE_RUN = b"a" * 48
_SAMPLE = 32
"""The number of characters that are decoded to tell a text from binary data."""

_CHARACTER = rb"[\t\n\r -~]|[\xc2-\xdf][\x80-\xbf]|[\xe0-\xf4][\x80-\xbf]{2,3}"
_TEXT = re.compile(rb"[\x80-\xbf]{0,3}(?:%s)*+(?:[\xc2-\xf4][\x80-\xbf]{0,2})?" % _CHARACTER)
"""UTF-8, which may begin and end within a character."""

_LONGEST_WHOLE = 8 * 1024
"""A longer run is not encoded anew to its end: it may go on in the next piece of a stream."""


def decoded_runs(text: bytes) -> Iterator[bytes]:
    """Yield all runs of a text decoded, separated by zero bytes, once for each of the four starting points."""
    yield from _decoded(_RUN.findall(_standard(text, unescaped(text))[0]))


def coded_pieces(
    text: bytes,
    plain: Unescaped | None,
    pieces_of: Callable[[bytes], Sequence[Piece]],
    holds: Callable[[bytes], bool] | None,
) -> Iterator[Piece]:
    """Yield what to replace in the runs of a text, in order.

    Args:
        text: The text to look into.
        plain: The text without escapes, if it has any.
        pieces_of: Finds what to replace in decoded bytes.
        holds: Tells quickly whether bytes may hold anything to replace. Binary runs are skipped unless it says so:
            base64 in practice is more often an image than a text.
    """
    signs = text.translate(_SIGNS)
    if _SIGN_RUN not in signs and (plain is None or _SIGN_RUN not in plain.text.translate(_SIGNS)):
        return
    standard, maps = _standard(text, plain)
    if maps:
        signs = standard.translate(_SIGNS)
    # Hashes, words and numbers are runs too, but base64 of a text has capitals.
    runs = [(start, run) for start, run in _runs(standard, signs) if not run.islower() and not run.isdigit()]
    others = holds is not None and any(map(holds, _decoded([run for _, run in runs])))
    for start, run in runs:
        for first in range(4):
            if not others and not _is_text(run, first):
                continue
            inner = pieces_of(_whole(run[first:]))
            if inner:
                yield from _Run(text, standard, maps, start + first, start + len(run)).pieces(inner)
                break


def _runs(standard: bytes, signs: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the runs and where they start. They are found in `signs`, whose two characters are found fast."""
    start = signs.find(_SIGN_RUN)
    while start >= 0:
        end = signs.find(b" ", start)
        end = len(standard) if end < 0 else end
        yield start, standard[start:end]
        start = signs.find(_SIGN_RUN, end)


def _is_text(run: bytes, first: int) -> bool:
    """Return True if a run that begins at this place, or its end, may be a text."""
    end = first + (len(run) - first) // 4 * 4
    samples = run[first : min(first + _SAMPLE, end)], run[max(first, end - _SAMPLE) : end]
    return any(_TEXT.fullmatch(b64decode(sample)) is not None for sample in samples)


@dataclass(frozen=True, slots=True)
class _Run:
    """A run at `[start:end]` of the `standard` text, which `maps` lead back to the original from."""

    text: bytes
    standard: bytes
    maps: tuple[Unescaped, ...]
    start: int
    end: int

    def pieces(self, inner: Sequence[Piece]) -> Iterator[Piece]:
        """Yield what to replace in the original, given what to replace in the decoded bytes."""
        if self.end - self.start <= _LONGEST_WHOLE:
            yield self._piece(inner, None)
            return
        group: list[Piece] = []
        for piece in inner:
            if group and group[-1].end > piece.start // 3 * 3:
                group.append(piece)
                continue
            if group:
                yield self._piece(group, group[-1].end)
            group = [piece]
        yield self._piece(group, group[-1].end)

    def _piece(self, inner: Sequence[Piece], end: int | None) -> Piece:
        """Encode anew from the first of these on: up to the `end` of a group of three bytes, or to that of the run."""
        first = inner[0].start // 3 * 4
        last = self.end - self.start if end is None else min(-(-end // 3) * 4, self.end - self.start)
        is_end = self.start + last == self.end
        padding = _PADDING.match(self.standard, self.end)
        padded = padding.end() if padding else self.end
        start, stop = self._place(self.start + first), self._place(padded if is_end else self.start + last)

        def edits() -> list[Edit]:
            plain, shift = _whole(self.standard[self.start + first : self.start + last]), first // 4 * 3
            new = apply(plain, [Edit(a - shift, b - shift, text) for each in inner for a, b, text in each.edits()])
            coded = b64encode(new if is_end else new + b" " * (-len(new) % 3))
            if padded == self.end and (self.end - self.start) % 4:
                coded = coded.rstrip(b"=")
            return [Edit(start, stop, self._as_before(coded, stop))]

        return Piece(start, stop, edits)

    def _place(self, position: int) -> int:
        for each in self.maps:
            position = each.place(position)
        return position

    def _as_before(self, coded: bytes, stop: int) -> bytes:
        """Return base64 in the alphabet of the run, percent-encoded if the run was."""
        raw = self.text[self._place(self.start) : stop]
        if b"-" in raw or b"_" in raw:
            coded = coded.translate(_URL_SAFE)
        return quote(coded, safe="").encode() if b"%" in raw else coded


def _standard(text: bytes, plain: Unescaped | None) -> tuple[bytes, tuple[Unescaped, ...]]:
    """Return the text in the standard alphabet without escapes and line breaks.

    With it come the maps that lead back to the original, the last one first.
    """
    maps: tuple[Unescaped, ...] = ()
    if plain is not None:
        text, maps = plain.text, (plain,)
    if b"-" in text or b"_" in text:
        text = text.translate(_STANDARD)
    may_wrap = (b"\n" in text or b"\\" in text) and _LINE_RUN in text.translate(_SIGNS)
    if may_wrap and _WRAP.search(text):
        without = joined(text, _WRAP)
        text, maps = without.text, (without, *maps)
    return text, maps


def _decoded(runs: Sequence[bytes]) -> Iterator[bytes]:
    for first in range(4) if runs else ():
        yield b64decode(_BETWEEN.join([_grouped(run[first:]) for run in runs]))


def _grouped(run: bytes) -> bytes:
    """Return a run cut or padded with zeros to whole groups of four. A single character at the end says nothing."""
    rest = len(run) % 4
    return run[:-1] if rest == 1 else run + b"A" * (-rest % 4)


def _whole(run: bytes) -> bytes:
    """Decode a run to its end."""
    rest = len(run) % 4
    return b64decode(run[:-1] if rest == 1 else run + b"=" * (-rest % 4))
