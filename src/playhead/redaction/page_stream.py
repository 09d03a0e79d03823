"""Texts and pages with links in them, redacted while they stream by."""

from __future__ import annotations

import re

from playhead.redaction.edits import Edit, apply
from playhead.redaction.inside import page_edits
from playhead.redaction.stages import Notes

__all__ = ["PageStage"]

_PIECE_BYTES = 64 * 1024
_LAST_LINE = re.compile(rb"[\n>](?=[^\n>]*\Z)")
_LAST_STOP = re.compile(rb"""[\s"'<>`](?=[^\s"'<>`]*\Z)""")
_LAST_PARAMETER = re.compile(rb"[?&](?=[^?&]*\Z)")
_TAIL_BYTES = 16 * 1024


class PageStage:
    """Passes on a text up to where no link goes on. A link of more than 16 KiB is parted between parameters."""

    def __init__(self, notes: Notes, base: int) -> None:
        self._notes = notes
        self._base = base
        self._before = b""
        self._held = b""

    def feed(self, data: bytes) -> bytes:
        """Take a piece."""
        self._held += data
        return b"" if len(self._held) < _PIECE_BYTES else self._give(_place_to_part(self._held))

    def finish(self) -> bytes:
        """Return what is left."""
        return self._give(len(self._held))

    def _give(self, end: int) -> bytes:
        piece, self._held = self._held[:end], self._held[end:]
        shift = len(self._before)
        found = page_edits(self._before + piece, self._notes.rules, self._notes.ledger)
        edits = [Edit(start - shift, stop - shift, new) for start, stop, new in found]
        self._notes.edits.extend(Edit(self._base + start, self._base + stop, new) for start, stop, new in edits)
        self._base += end
        self._before = piece[-1:] or self._before
        return apply(piece, edits)


def _place_to_part(held: bytes) -> int:
    """Return where to part: behind the last line or tag, else behind a link, before a parameter, or anywhere."""
    tail = len(held) - _TAIL_BYTES
    for mark, size in ((_LAST_LINE, 1), (_LAST_STOP, 1), (_LAST_PARAMETER, 0)):
        found = mark.search(held, tail)
        if found is not None:
            return found.start() + size
    return len(held)
