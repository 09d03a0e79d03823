"""When recordings were made, and whether they were edited by hand: what makes a comparison less than it seems.

A service dates its answers. If the recordings of one side are of very different ages, what differs within a side may be
what has changed meanwhile. If an answer of the old side has the same date as one of the new side to the same request,
it is the same answer; if its body is another, somebody has edited it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache
from hashlib import blake2b

from playhead.codecs.parsed import Json
from playhead.contract.identity import hash_of
from playhead.contract.tally import MOST_KEPT
from playhead.text.words import counted

__all__ = ["Ages", "remarks_on"]

LONG = timedelta(days=31)
"""Recordings of one side that are further apart are of mixed ages."""

_UNSURE = 0


@dataclass(slots=True)
class Ages:
    """The days of the first and the last answer (ISO 8601, or `""`), and hashes of bodies by request and date.

    Of the latter a few are kept, those with the smallest hashes, as in the sketches of tallies.
    """

    first: str = ""
    last: str = ""
    moments: dict[int, int] = field(default_factory=dict)

    def add(self, date: str, request: int, body: Callable[[], bytes | Json]) -> None:
        """Note an answer.

        Args:
            date: Its `Date`, as RFC 9110 has it; one that is malformed is ignored.
            request: The hash of its request.
            body: Returns its body, which most answers are not asked for.
        """
        day = _day_of(date)
        if not day:
            return
        moment = hash_of(f"{request} {date}")
        if len(self.moments) < MOST_KEPT or moment <= max(self.moments):
            self._keep(Ages(day, day, {moment: _hash(body())}))
        elif not self.first <= day <= self.last:
            self._keep(Ages(day, day))

    def absorb(self, other: Ages) -> None:
        """Add everything that `other` has seen."""
        self._keep(other)

    def _keep(self, other: Ages) -> None:
        self.first = min(filter(None, (self.first, other.first)), default="")
        self.last = max(self.last, other.last)
        for moment, body in other.moments.items():
            known = self.moments.setdefault(moment, body)
            if known != body:
                self.moments[moment] = _UNSURE  # two answers in one second
        while len(self.moments) > MOST_KEPT:
            del self.moments[max(self.moments)]


def _hash(body: bytes | Json) -> int:
    data = body.written() if isinstance(body, Json) else body
    return int.from_bytes(blake2b(data, digest_size=4).digest()) or 1


@lru_cache(maxsize=1024)
def _day_of(date: str) -> str:
    try:
        parsed = parsedate_to_datetime(date)
        return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).astimezone(UTC).date().isoformat()
    except (ValueError, OverflowError):
        return ""


def remarks_on(old: Ages, new: Ages) -> Iterator[str]:
    """Yield what a reader has to know of the recordings of both sides, as sentences."""
    for side, ages in (("old", old), ("new", new)):
        if ages.first and datetime.fromisoformat(ages.last) - datetime.fromisoformat(ages.first) > LONG:
            yield (
                f"The {side} recordings are of mixed ages, {ages.first} to {ages.last}: "
                "what differs among them may have changed meanwhile."
            )
    edited = sum(
        old.moments[moment] != new.moments[moment]
        for moment in old.moments.keys() & new.moments.keys()
        if _UNSURE not in (old.moments[moment], new.moments[moment])
    )
    if edited:
        has = "has" if edited == 1 else "have"
        yield (
            f"{counted(edited, 'answer')} {has} the same date on both sides and another body: "
            "they were edited by hand, or their clock stands still."
        )
