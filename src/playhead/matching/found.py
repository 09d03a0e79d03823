"""Results of an index: the recording of a request, or the one nearest to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from playhead.matching.differences import Difference
from playhead.matching.near_miss import shortened
from playhead.matching.placeholders import MarksIn
from playhead.matching.suggestions import suggested

__all__ = ["Found", "Near"]


class Found(NamedTuple):
    """The recording in `slot`.

    It is `ambiguous` if only the recorded order decided. `absent` names the headers in which it has a credential and
    the request has none.
    """

    slot: int
    ambiguous: bool = False
    absent: tuple[str, ...] = ()


class Near(NamedTuple):
    """The recording in `slot`, and each `(place, recorded, sent)` in which a request differs from it.

    Attributes:
        ignoring: Entries of `ignore` with which the request would find the recording.
        numbers: The numbers of the placeholders that were sent where they differ.
    """

    slot: int
    differences: tuple[Difference, ...]
    ignoring: tuple[str, ...] = ()
    numbers: frozenset[int] = frozenset()

    @classmethod
    def of(cls, slot: int, found: Sequence[Difference], marks_in: MarksIn) -> Near:
        """Make one of differences with whole values."""
        numbers = frozenset(each.number for _, _, now in found for each in marks_in(now))
        return cls(slot, shortened(found), suggested(found), numbers)
