"""Known values and formats, replaced while a body streams by."""

from __future__ import annotations

from playhead.redaction.edits import Edit, Piece, apply
from playhead.redaction.loose import loose_pieces
from playhead.redaction.stages import Notes

__all__ = ["LooseStage"]

WINDOW_BYTES = 16 * 1024
"""The longest secret that is found across pieces: twice the longest known value."""

_PIECE_BYTES = 192 * 1024
"""The most bytes that are searched at once, a window aside: a search holds the interpreter lock until it is done."""

_LONGEST_KEY_BYTES = 1024 * 1024
"""The most of a private key that is replaced."""

_CONTEXT_BYTES = 64


class LooseStage:
    """Holds back a window of the stream, so that a secret in two pieces is found.

    `_context` is what came before the held bytes. Without `formats` only known values are looked for.
    """

    def __init__(self, notes: Notes, *, formats: bool = True) -> None:
        self._notes = notes
        self._formats = formats
        self._base = 0
        self._context = b""
        self._held = b""

    def feed(self, data: bytes) -> bytes:
        """Take a piece."""
        out: list[bytes] = []
        for start in range(0, len(data), _PIECE_BYTES):
            self._held += data[start : start + _PIECE_BYTES]
            if len(self._held) >= _PIECE_BYTES:
                out.append(self._give(len(self._held) - WINDOW_BYTES))
        return b"".join(out)

    def finish(self) -> bytes:
        """Return what is left."""
        return self._give(len(self._held))

    def _give(self, end: int) -> bytes:
        before = len(self._context)
        edits: list[Edit] = []
        for piece in self._find():
            start, stop = piece.start - before, piece.end - before
            if start < end < stop:
                end = start if start or stop < _LONGEST_KEY_BYTES else stop
            if start >= 0 and stop <= end:
                edits += [Edit(first - before, last - before, new) for first, last, new in piece.edits()]
        out = apply(self._held[:end], edits)
        self._notes.edits.extend(Edit(self._base + start, self._base + stop, new) for start, stop, new in edits)
        self._context = (self._context + self._held[:end])[-_CONTEXT_BYTES:]
        self._held = self._held[end:]
        self._base += end
        return out

    def _find(self) -> list[Piece]:
        text, notes = self._context + self._held, self._notes
        return loose_pieces(text, notes.rules, notes.ledger, formats=self._formats)
