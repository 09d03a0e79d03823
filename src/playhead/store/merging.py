"""How a recording joins the cassette it belongs to. Pure: from values to a value."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import count

from playhead.model.cassette import Interaction

__all__ = ["merged"]

Interactions = Sequence[Interaction]


def merged(there: Interactions, recorded: Interactions, *, origin: str | None, replaces: bool) -> list[Interaction]:
    """What is there and what was recorded, as one.

    With `replaces`, what is there of this origin (of all, for `None`) makes way, and what was recorded takes its
    places and ids, one for one: so a re-recording shows as what really changed, and nothing else moves. What is left
    over comes behind the last of them. What was recorded forms a session of its own, in the order of its starts.
    """
    leaving = [replaces and origin in (None, each.origin) for each in there]
    staying = [each for each, leaves in zip(there, leaving, strict=True) if not leaves]
    fresh = iter(_of_session(recorded, max((each.timing.session for each in staying), default=-1) + 1))
    ids = count(max((each.id for each in there), default=0) + 1)
    last = max((position for position, leaves in enumerate(leaving) if leaves), default=len(there) - 1)
    joined: list[Interaction] = [] if there else list(_numbered(fresh, ids))
    for position, (each, leaves) in enumerate(zip(there, leaving, strict=True)):
        joined += _numbered(fresh, iter([each.id])) if leaves else [each]
        if position == last:
            joined += _numbered(fresh, ids)
    return joined


def _of_session(recorded: Interactions, first: int) -> list[Interaction]:
    ordered = sorted(recorded, key=lambda each: (each.timing.session, each.timing.start_us))
    sessions = {old: first + rank for rank, old in enumerate(sorted({each.timing.session for each in ordered}))}
    return [replace(each, timing=replace(each.timing, session=sessions[each.timing.session])) for each in ordered]


def _numbered(fresh: Iterator[Interaction], ids: Iterator[int]) -> Iterator[Interaction]:
    # The ids come first: `zip` must not take an interaction for which there is no id.
    return (replace(each, id=number) for number, each in zip(ids, fresh, strict=False))
