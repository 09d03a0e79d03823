"""Removes journals of failed tests once the test has passed."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from playhead.errors import PlayheadError
from playhead.store.journals import journals_of

__all__ = ["drop_journals"]


def drop_journals(cassette: Path, origin: str, *, before_s: float) -> None:
    """Remove the journals beside a cassette in which this origin alone recorded.

    Journals written to after `before_s` (seconds since the epoch) stay, since another process may still use them.
    Journals that cannot be read or removed stay too.
    """
    for journal in journals_of(cassette):
        with suppress(OSError, PlayheadError):
            if journal.stat().st_mtime < before_s and _origins(journal) == {origin}:
                journal.unlink()


def _origins(journal: Path) -> set[str | None]:
    from playhead.codecs.msgpack import decode_journal

    return {each.origin for each in decode_journal(journal.read_bytes(), str(journal))}
