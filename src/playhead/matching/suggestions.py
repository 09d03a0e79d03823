"""What `ignore` would take for a request to be the recorded one again: kinds of values first, for they say why."""

from __future__ import annotations

from collections.abc import Iterable

from playhead.matching.shown import Difference
from playhead.matching.values import KINDS_OF_VALUES, Marks, marked

__all__ = ["suggested"]

_TRIED: tuple[Marks, ...] = (*((mark,) for mark in KINDS_OF_VALUES), tuple(KINDS_OF_VALUES))


def suggested(found: Iterable[Difference]) -> tuple[str, ...]:
    """`@uuid` and `@datetime` where whole values differ in such alone, and the places of the others."""
    marks: dict[str, None] = {}
    places: dict[str, None] = {}
    for place, was, now in found:
        kinds = next((each for each in _TRIED if marked(was, each) == marked(now, each)), None)
        if kinds is None:
            places[place] = None
        else:
            marks.update(dict.fromkeys(kinds))
    return (*marks, *places)
