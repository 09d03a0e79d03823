"""What a recording leaves behind: its interactions on the cassette, and no journal."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from playhead.errors import CassetteMissing, PlayheadError
from playhead.model.cassette import Cassette, Interaction
from playhead.store.cassettes import load, put
from playhead.store.disk import DISK, Disk
from playhead.store.journals import Journal
from playhead.store.lacking import tell_lacks
from playhead.store.locks import locked
from playhead.store.merging import merged
from playhead.store.stamp import stamp

__all__ = ["commit"]


def commit(
    path: str | os.PathLike[str],
    exchanges: Sequence[Interaction],
    *,
    origin: str | None,
    replace: bool,
    journal: Journal | None = None,
    disk: Disk = DISK,
) -> Cassette:
    """Put a recording on the cassette at `path`, under its lock, and discard the journal; returns what is there then.

    With `replace` it takes the place of what this origin (`None`: anyone) recorded before, else it is added. A cassette
    that cannot be read is not overwritten, and whatever fails, the journal stays and the error names it.
    """
    try:
        with locked(Path(path)):
            cassette = _committed(path, exchanges, origin, replace, disk)
    except PlayheadError as error:
        if journal is not None and journal.written:
            kept = "What there was room for of the recording" if journal.gaps else "The recording"
            error.args = (f"{error} {kept} is kept: `playhead recover {journal.path}`.",)
        raise
    if journal is not None:
        journal.discard()
    tell_lacks(Path(path))
    return cassette


def _committed(
    path: str | os.PathLike[str], exchanges: Sequence[Interaction], origin: str | None, replaces: bool, disk: Disk
) -> Cassette:
    there = _there(path)
    interactions = merged(() if there is None else there.interactions, exchanges, origin=origin, replaces=replaces)
    if not exchanges and (there is None or len(interactions) == len(there.interactions)):
        return there or Cassette()
    cassette = Cassette(tuple(interactions), stamp())
    put(cassette, path, disk=disk)
    return cassette


def _there(path: str | os.PathLike[str]) -> Cassette | None:
    try:
        return load(path)
    except CassetteMissing:
        return None
