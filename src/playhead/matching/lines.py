"""Equal recordings, in recorded order, and the choice among them where only placeholders tell them apart."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable
from itertools import islice
from typing import NamedTuple

from playhead.matching.seeking import Seeker, Verdict

__all__ = ["Choice", "Line"]

_AHEAD = 256
"""The number of further recordings that are weighed where the next one is not certain to be the right one."""


class Choice(NamedTuple):
    """The recording that suits best.

    It is `ambiguous` if another suits as well, so that only the recorded order decides.
    """

    slot: int
    verdict: Verdict
    ambiguous: bool = False


class Line:
    """The slots of equal requests, as far as they have been read.

    Slots of one signature suit a request equally well. They are grouped once, when a choice has to be made, so that a
    choice takes time for each group and not for each slot.
    """

    __slots__ = ("_begin", "_grouped", "_groups", "_played", "last", "slots")

    def __init__(self, slots: list[int], played: int) -> None:
        self.slots = slots
        self.last: int | None = slots[played - 1] if played else None
        self._begin = played
        self._played = set(slots[:played])
        self._groups: dict[Hashable, deque[int]] = {}
        self._grouped = played

    def next(self) -> int | None:
        """Return the first slot that is not played."""
        while self._begin < len(self.slots) and self.slots[self._begin] in self._played:
            self._begin += 1
        return self.slots[self._begin] if self._begin < len(self.slots) else None

    def play(self, slot: int) -> None:
        """Count a slot as played."""
        self._played.add(slot)
        self.last = slot

    def choose(self, seeker: Seeker) -> Choice | None:
        """Return the unplayed slot that suits best, the first of several."""
        first = self.next()
        if first is None:
            return None
        verdict = seeker.verdict(first)
        if verdict is not None and not verdict.promising:
            tied = not verdict.final and self._has_equal(first, verdict, seeker)
            return Choice(first, verdict, tied)
        best = self._best(seeker, _AHEAD)
        return self._best(seeker, len(self.slots)) if best is None or best.verdict.promising else best

    def latest(self, seeker: Seeker) -> int | None:
        """Return the played slot that suits best, the last of several."""
        if self.last is None:
            return None
        best: tuple[tuple[int, int], int] | None = None
        behind = range(min(self._begin + _AHEAD, len(self.slots)) - 1, -1, -1)
        played = (self.slots[at] for at in behind if self.slots[at] in self._played)
        for slot in (self.last, *islice(played, _AHEAD)):
            verdict = seeker.verdict(slot)
            if verdict is not None and (best is None or verdict.rank > best[0]):
                best = verdict.rank, slot
                if verdict.final:
                    break
        return None if best is None else best[1]

    def fits(self, seeker: Seeker) -> bool:
        """Return True if any slot, played or not, suits the request at all."""
        return any(seeker.verdict(slot) is not None for slot in self.slots)

    def _has_equal(self, first: int, verdict: Verdict, seeker: Seeker) -> bool:
        others = (seeker.verdict(slot) for slot in self._heads(seeker, _AHEAD) if slot != first)
        return any(other is not None and other.rank == verdict.rank for other in others)

    def _best(self, seeker: Seeker, ahead: int) -> Choice | None:
        best: Choice | None = None
        for slot in self._heads(seeker, ahead):
            verdict = seeker.verdict(slot)
            if verdict is None:
                continue
            if best is None or verdict.rank > best.verdict.rank:
                best = Choice(slot, verdict)
            elif verdict.rank == best.verdict.rank and best.verdict.free:
                best = best._replace(ambiguous=True)
        return best

    def _heads(self, seeker: Seeker, ahead: int) -> list[int]:
        """Return the first unplayed slot of each group, in recorded order."""
        self.next()
        end = min(self._begin + ahead, len(self.slots))
        for slot in islice(self.slots, self._grouped, end):
            self._groups.setdefault(seeker.signature(slot), deque()).append(slot)
        self._grouped = max(self._grouped, end)
        for signature, slots in list(self._groups.items()):
            while slots and slots[0] in self._played:
                slots.popleft()
            if not slots:
                del self._groups[signature]
        return sorted(slots[0] for slots in self._groups.values())
