"""Committing a recording: its interactions go to the cassette, and its journal is removed."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from playhead.errors import PlayheadError
from playhead.model.cassette import Cassette, Exchange, Interaction
from playhead.model.timing import Timing
from playhead.store.cassettes import load_standing, put
from playhead.store.cleaning import cleaned, note_known
from playhead.store.disk import DISK, Disk
from playhead.store.journals import Journal
from playhead.store.lacking import tell_lacks
from playhead.store.locks import locked
from playhead.store.merging import Batch
from playhead.store.orphans import sweep
from playhead.store.taking_over import joined, own_of

__all__ = ["TIMING_HEADERS", "Overtaken", "changed_meanwhile", "commit", "kept_in"]

TIMING_HEADERS = frozenset(
    {"age", "date", "expires", "server-timing", "x-response-time", "x-runtime"}
    | {"cf-ray", "request-id", "traceparent", "x-amzn-requestid", "x-amzn-trace-id", "x-correlation-id", "x-request-id"}
)
"""Headers of responses that tell a time or number a request, so that no two responses have the same."""


class Overtaken(PlayheadError):
    """Another program has changed the interactions that a recording was to replace."""


def commit(
    path: str | os.PathLike[str],
    batch: Batch,
    *,
    expected: Sequence[Interaction] | None = None,
    seen: Sequence[Interaction] | None = None,
    journal: Journal | None = None,
    disk: Disk = DISK,
) -> Cassette:
    """Put a recording on the cassette at `path`, under the cassette's lock, and discard its journal.

    A cassette that cannot be read is not overwritten. Whatever fails, the journal stays, and the error names it.

    Args:
        path: The cassette. It need not exist yet.
        batch: The recording. Its secrets are removed from the interactions that stay on the cassette, too.
        expected: The interactions that the recording replaces. None takes whatever is there.
        seen: The interactions of its origin that the recording is added to. If another worker has added an equal
            recording since, apart from times, nothing is written.
        journal: The journal of the recording.
        disk: The functions that touch the disk.

    Returns:
        The cassette as it is now.

    Raises:
        Overtaken: Other interactions than `expected` are there, and they are not the same recording apart from times.
        PlayheadError: The cassette cannot be read or written.
    """
    note_known(path, batch.secrets)
    try:
        with locked(Path(path)) as now_s:
            sweep(Path(path).parent, now_s=now_s)
            cassette = _committed(path, batch, expected, seen, disk)
    except PlayheadError as error:
        kept_in(error, journal)
        raise
    if journal is not None:
        journal.discard()
    tell_lacks(Path(path))
    return cassette


def kept_in(error: PlayheadError, journal: Journal | None) -> PlayheadError:
    """Add the path of the journal to the error that kept a recording from being written."""
    if journal is not None and journal.written:
        kept = "What there was room for of the recording" if journal.gaps else "The recording"
        error.args = (f"{error} {kept} is kept: `playhead recover {journal.path}`.",)
    return error


def changed_meanwhile(path: str | os.PathLike[str], origin: str | None) -> Overtaken:
    """Return the error for a recording whose place on the cassette was changed by another program."""
    who = "" if origin is None else f" of {origin}"
    return Overtaken(
        f"{os.fspath(path)}{who} was changed by another program while this recorded it, and stays as that left it: "
        "record with one program at a time."
    )


def _committed(
    path: str | os.PathLike[str],
    batch: Batch,
    expected: Sequence[Interaction] | None,
    seen: Sequence[Interaction] | None,
    disk: Disk,
) -> Cassette:
    exchanges, origin = batch.interactions, batch.origin
    there = load_standing(Path(path))
    now = [] if there is None else own_of(there, origin)
    if not batch.replaces and seen is not None and there is not None and _added_since(seen, now, exchanges):
        return there
    if batch.replaces and expected is not None and now != list(expected):
        if there is not None and _same_but_for_time(now, exchanges):
            return there
        raise changed_meanwhile(path, origin)
    cassette = joined(there, [batch], alone=True)
    if not exchanges and (there is None or len(cassette.interactions) == len(there.interactions)):
        return there or Cassette()
    if len(cassette.interactions) > len(exchanges):
        cassette = cassette.with_interactions(tuple(cleaned(cassette.interactions, batch.secrets, batch.rules)))
    put(cassette, path, disk=disk)
    return cassette


def _added_since(seen: Sequence[Interaction], now: Sequence[Interaction], exchanges: Sequence[Interaction]) -> bool:
    """Return True if what has been added to what was seen has a session that is the same recording."""
    if list(now[: len(seen)]) != list(seen):
        return False
    since = sorted(now[len(seen) :], key=lambda each: (each.timing.session, each.timing.start_us))
    sessions = groupby(since, key=lambda each: each.timing.session)
    return any(_same_but_for_time(list(each), exchanges) for _, each in sessions)


def _same_but_for_time(ones: Sequence[Interaction], others: Sequence[Interaction]) -> bool:
    return [_timeless(each) for each in ones] == [_timeless(each) for each in others]


def _timeless(interaction: Interaction) -> Interaction:
    if isinstance(interaction, Exchange) and (response := interaction.response) is not None:
        headers = tuple(field for field in response.headers if field[0].lower() not in TIMING_HEADERS)
        interaction = replace(interaction, response=replace(response, headers=headers))
    return replace(interaction, id=0, timing=Timing())
