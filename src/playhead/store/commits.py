"""What a recording leaves behind: its interactions on the cassette, and no journal."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from playhead.errors import CassetteMissing, PlayheadError
from playhead.model.cassette import Cassette, Exchange, Interaction
from playhead.model.timing import Timing
from playhead.store.cassettes import load, put
from playhead.store.disk import DISK, Disk
from playhead.store.journals import Journal
from playhead.store.lacking import tell_lacks
from playhead.store.locks import locked
from playhead.store.merging import merged
from playhead.store.orphans import sweep
from playhead.store.stamp import stamp

__all__ = ["Overtaken", "changed_meanwhile", "commit", "kept_in"]


class Overtaken(PlayheadError):
    """Another program has put something else in the place that a recording wanted."""


def commit(
    path: str | os.PathLike[str],
    exchanges: Sequence[Interaction],
    *,
    origin: str | None,
    replaces: bool,
    expected: Sequence[Interaction] | None = None,
    journal: Journal | None = None,
    disk: Disk = DISK,
) -> Cassette:
    """Put a recording on the cassette at `path`, under its lock, and discard the journal; returns what is there then.

    With `replaces` it takes the place of what this origin (`None`: anyone) recorded before, else it is added. What
    cannot be read is not overwritten, and whatever fails, the journal stays and the error names it. `expected` is
    what it is to replace: PlayheadError if another program has put something else there meanwhile, unless that is the
    same recording but for its times.
    """
    try:
        with locked(Path(path)) as now_s:
            sweep(Path(path).parent, now_s=now_s)
            cassette = _committed(path, exchanges, origin, replaces, expected, disk)
    except PlayheadError as error:
        kept_in(error, journal)
        raise
    if journal is not None:
        journal.discard()
    tell_lacks(Path(path))
    return cassette


def kept_in(error: PlayheadError, journal: Journal | None) -> PlayheadError:
    """The error that kept a recording from being written, with where it is now."""
    if journal is not None and journal.written:
        kept = "What there was room for of the recording" if journal.gaps else "The recording"
        error.args = (f"{error} {kept} is kept: `playhead recover {journal.path}`.",)
    return error


def changed_meanwhile(path: str | os.PathLike[str], origin: str | None) -> Overtaken:
    """The error for a recording that comes too late: something else has taken the place that it wanted."""
    who = "" if origin is None else f" of {origin}"
    return Overtaken(
        f"{os.fspath(path)}{who} was changed by another program while this recorded it, and stays as that left it: "
        "record with one program at a time."
    )


def _committed(
    path: str | os.PathLike[str],
    exchanges: Sequence[Interaction],
    origin: str | None,
    replaces: bool,
    expected: Sequence[Interaction] | None,
    disk: Disk,
) -> Cassette:
    there = _there(path)
    if replaces and expected is not None:
        now = [] if there is None else [each for each in there.interactions if origin in (None, each.origin)]
        if now != list(expected):
            if there is not None and _same_but_for_time(now, exchanges):
                return there
            raise changed_meanwhile(path, origin)
    interactions = merged(() if there is None else there.interactions, exchanges, origin=origin, replaces=replaces)
    if not exchanges and (there is None or len(interactions) == len(there.interactions)):
        return there or Cassette()
    kept = there is not None and len(interactions) > len(exchanges)
    cassette = Cassette(tuple(interactions), stamp(binds=there is None or not kept or there.recorded.binds))
    put(cassette, path, disk=disk)
    return cassette


def _same_but_for_time(ones: Sequence[Interaction], others: Sequence[Interaction]) -> bool:
    return [_timeless(each) for each in ones] == [_timeless(each) for each in others]


def _timeless(interaction: Interaction) -> Interaction:
    if isinstance(interaction, Exchange) and (response := interaction.response) is not None:
        headers = tuple(field for field in response.headers if field[0].lower() != "date")
        interaction = replace(interaction, response=replace(response, headers=headers))
    return replace(interaction, id=0, timing=Timing())


def _there(path: str | os.PathLike[str]) -> Cassette | None:
    try:
        return load(path)
    except CassetteMissing:
        return None
