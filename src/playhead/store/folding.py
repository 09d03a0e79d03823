"""Recordings that killed runs have left of a shared cassette, and which of them still fit.

A run's journal notes with each recording a digest of what its test had on the cassette before. What killed runs have
left is taken in only where that still stands there: whatever has come there since, by another recording, by hand or out
of version control, is newer and wins. Such a journal is set aside, for `playhead recover` alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from playhead.codecs.limits import DEFAULT
from playhead.errors import PlayheadError
from playhead.model.cassette import Interaction, outlines
from playhead.store.cassettes import load_standing, put
from playhead.store.claims import is_abandoned
from playhead.store.files import inside, read_file, remove
from playhead.store.journals import journals_of, passed_in, set_aside
from playhead.store.locks import locked
from playhead.store.merging import Batch
from playhead.store.taking_over import joined

__all__ = ["digest_of", "fold", "left_for"]


def digest_of(interactions: Sequence[Interaction]) -> str:
    """Return a digest of what a test has on a cassette, times included; empty if that is nothing."""
    from playhead.codecs.msgpack import interaction_frame

    if not interactions:
        return ""
    return hashlib.sha256(b"".join(map(interaction_frame, interactions))).hexdigest()


def left_for(path: Path, there: Sequence[Interaction]) -> list[Batch]:
    """Return what killed runs have left that fits what is there, for a run that only replays."""
    return [batch for _, _, fitting in _left(path, there) for batch in fitting]


def fold(path: Path) -> None:
    """Take what killed runs have left into the file."""
    if not any(map(_left_by_the_dead, journals_of(path))):
        return
    with locked(path):
        cassette = load_standing(path)
        there = () if cassette is None else cassette.interactions
        left = list(_left(path, there))
        batches = [batch for _, _, fitting in left for batch in fitting]
        if batches:
            put(joined(cassette, batches), path)
        for journal, all_of_it, fitting in left:
            if len(fitting) == len(all_of_it):
                remove(journal)
            else:
                set_aside(journal)


def _left(path: Path, there: Sequence[Interaction]) -> Iterator[tuple[Path, list[Batch], list[Batch]]]:
    """Each journal with all of its batches, and those that fit.

    Of one test the first journal has it: what the next ones were to replace is not there any more.
    """
    slots: dict[str | None, list[int]] = {}
    for slot, outline in enumerate(outlines(there)):
        slots.setdefault(outline.origin, []).append(slot)
    taken: set[str | None] = set()
    for journal in journals_of(path):
        batches = _left_by_the_dead(journal) or []
        fitting = [
            each
            for each in batches
            if each.origin not in taken
            and digest_of([there[slot] for slot in slots.get(each.origin, ())]) == each.expects
        ]
        taken.update(each.origin for each in fitting)
        if batches:
            yield journal, batches, fitting


def _left_by_the_dead(journal: Path) -> list[Batch] | None:
    with suppress(OSError, PlayheadError):  # what cannot be read is for `recover` to tell
        if is_abandoned(journal, writer=None, now_s=0):
            return passed_in(journal, read_file(inside(journal), DEFAULT.size_bytes))
    return None
