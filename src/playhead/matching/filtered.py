"""Recordings of another tool, whose secrets are there as they were sent, or filtered out by rules of that tool.

Keys are compared redacted on both sides. Where that finds nothing, a place that is secret in the live request may have
been removed from the recorded one, or hold a text of that tool's own such as `XXXX`: so the recordings of the same
method, host and path are looked through for one that differs in nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from itertools import islice

from playhead.matching.alignment import Held
from playhead.matching.bindings import Bindings, Fit, is_computed
from playhead.matching.differences import Difference
from playhead.matching.found import Found
from playhead.matching.index import COMPARED, Index
from playhead.matching.near_miss import compare, unredacted
from playhead.matching.placeholders import whole_number
from playhead.matching.reading import read
from playhead.model.http import Request

__all__ = ["FilteredIndex", "LiteralBindings"]


class LiteralBindings(Bindings):
    """Bindings where it is known what was recorded: `literal` returns the secret behind a placeholder's number.

    A live value that was recorded goes to the recordings that have it, and to no others. Any other value, such as a
    dummy of this run, is told from others only by the recording that it found first.
    """

    def __init__(self, literal: Callable[[int], str | None]) -> None:
        super().__init__()
        self._literal = literal
        self._recorded: set[str] = set()

    def note(self, numbers: Iterable[int]) -> None:
        """Note the numbers of placeholders that stand in a recorded request."""
        self._recorded.update(filter(None, map(self._literal, numbers)))

    def fit(self, where: Hashable, held: Held, own: int | None) -> Fit:
        if held.value in self._recorded:
            return Fit.OWN if self._literal(held.number) == held.value else Fit.REFUSED
        if is_computed(held.kind, held.value):
            return Fit.ANY
        found = super().fit(where, held, own)
        return Fit.ANY if found is Fit.REFUSED else found

    def has(self, where: Hashable, value: str) -> bool:
        return value in self._recorded or super().has(where, value)


class FilteredIndex(Index):
    """An index of recordings from which another tool may have filtered secrets.

    `is_secret` tells it for a place such as `query.token` or `body.$.user.password`, by the name.
    """

    is_secret: Callable[[str], bool] = staticmethod(lambda _: False)

    def seek(self, live: Request, stored: Callable[[], Request] | None = None) -> Found | None:
        found = super().seek(live, stored)
        if found is None:
            slot = next(self._filtered(live, stored, self._free_nearby), None)
            if slot is not None:
                self._use(slot)
                return Found(slot)
        return found

    def known(self, live: Request, stored: Callable[[], Request] | None = None) -> bool:
        return super().known(live, stored) or any(True for _ in self._filtered(live, stored, self._all_nearby))

    def last_played(self, live: Request, stored: Callable[[], Request] | None = None) -> int | None:
        slot = super().last_played(live, stored)
        if slot is not None:
            return slot
        found = [slot for slot in self._filtered(live, stored, self._all_nearby) if not self._is_free(slot)]
        return found[-1] if found else None

    def _filtered(
        self, live: Request, stored: Callable[[], Request] | None, nearby: Callable[[Request], Iterable[int]]
    ) -> Iterator[int]:
        """Yield the first recordings that differ from a request in places alone that are secret in it."""
        sent = live if stored is None else stored()
        reading = read(sent, self._rules.as_stored)
        for slot in islice(nearby(sent), COMPARED):
            found = unredacted(compare(read(self._load(slot), self._rules.as_stored), reading), self._rules.marks_in)
            if all(self._is_filtered(each) for each in found):
                yield slot

    def _is_filtered(self, difference: Difference) -> bool:
        """Return True for a difference that keeps no recording from answering."""
        return self._is_secret_place(difference)

    def _is_secret_place(self, difference: Difference) -> bool:
        """Return True for a place that is secret by its name, or by what stands there now."""
        place, _, now = difference
        return self.is_secret(place) or whole_number(now.strip('"'), self._rules.marks_in) is not None

    def _free_nearby(self, request: Request) -> Iterator[int]:
        buckets = self._buckets_nearby(request)
        return (slot for bucket in buckets for slot in self._nearby.free(bucket, self._is_free))

    def _all_nearby(self, request: Request) -> Iterator[int]:
        return (slot for bucket in self._buckets_nearby(request) for slot in self._nearby.all(bucket))
