"""Known values and formats, replaced while a body streams by."""

from __future__ import annotations

from playhead.redaction.edits import Edit, apply
from playhead.redaction.loose import find_loose
from playhead.redaction.stages import Notes

__all__ = ["LooseStage"]

WINDOW_BYTES = 16 * 1024
"""The longest secret that is found wherever the pieces part: twice the longest value and the longest key block."""

_PIECE_BYTES = 64 * 1024
_CONTEXT_BYTES = 64


class LooseStage:
    """Holds back a window, so that a secret in two pieces is found. `_context` is what went before what is held."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes
        self._base = 0
        self._context = b""
        self._held = b""

    def feed(self, data: bytes) -> bytes:
        """Take a piece."""
        self._held += data
        if len(self._held) < _PIECE_BYTES:
            return b""
        return self._give(len(self._held) - WINDOW_BYTES)

    def finish(self) -> bytes:
        """The rest."""
        return self._give(len(self._held))

    def _give(self, end: int) -> bytes:
        before = len(self._context)
        edits: list[Edit] = []
        for found, secret in find_loose(self._context + self._held, self._notes.rules, self._notes.ledger):
            start, stop = found.start - before, found.end - before
            if start < end < stop:
                end = start
            if start >= 0 and stop <= end:
                new = self._notes.ledger.replace(secret, found.rule, form=found.form).encode()
                edits.append(Edit(start, stop, new))
        out = apply(self._held[:end], edits)
        self._notes.edits.extend(Edit(self._base + start, self._base + stop, new) for start, stop, new in edits)
        self._context = (self._context + self._held[:end])[-_CONTEXT_BYTES:]
        self._held = self._held[end:]
        self._base += end
        return out
