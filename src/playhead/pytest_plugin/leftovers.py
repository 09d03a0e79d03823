"""Journals that earlier runs left, when the test that failed then has passed: they are of no more use."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from playhead.errors import PlayheadError
from playhead.store.journals import journals_of

__all__ = ["drop_journals"]


def drop_journals(cassette: Path, origin: str, *, before_s: float) -> None:
    """Remove the journals beside a cassette in which this origin alone recorded.

    Those that were written to after `before_s` (seconds since the epoch) stay: another process may still be at it.
    What cannot be read, or not be removed, stays too.
    """
    for journal in journals_of(cassette):
        with suppress(OSError, PlayheadError):
            if journal.stat().st_mtime < before_s and _origins(journal) == {origin}:
                journal.unlink()


def _origins(journal: Path) -> set[str | None]:
    from playhead.codecs.msgpack import decode_journal

    return {each.origin for each in decode_journal(journal.read_bytes(), str(journal))}
