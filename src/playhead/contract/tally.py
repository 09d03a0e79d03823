"""Count what was seen, and who showed it: the entities, and the requests that were answered.

Ten answers about one account are one observation, and so are thirty items of one answer. So a tally keeps, beside the
number of values, which entities and which requests showed them, as sketches: the 32 smallest of their hashes (a
bottom-k sketch, Cohen and Kaplan 2007). Sketches can be merged in any order. Since the same entity has the same hash
everywhere, sketches of two places or two sides can be compared: up to the smaller of their limits both are complete.
Overlaps that are rare among very many entities are missed.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

__all__ = [
    "HASHES",
    "MOST_KEPT",
    "Mark",
    "Tally",
    "common",
    "keep",
    "limit_of",
    "merged",
    "missing",
    "size_of",
    "union",
]

MOST_KEPT = 32
"""The number of hashes kept. Evidence from more than 30 entities is not told apart from more."""

HASHES = 2**32


class Mark:
    """Stands for one entity in one answer, compared by identity.

    `odd` is set on the mark of the whole document if that holds an infinite number, or is very deep.
    """

    __slots__ = ("document", "entity", "odd", "request")

    def __init__(self, request: int = 0, entity: int | None = None, document: Mark | None = None) -> None:
        self.request = request
        self.entity = request if entity is None else entity
        self.document = document or self
        self.odd = False


class Tally:
    """The number of values, and sketches of the entities and the requests that showed them."""

    __slots__ = ("count", "document", "entities", "last", "limit", "requests")

    def __init__(self, count: int = 0, entities: Iterable[int] = (), requests: Iterable[int] = ()) -> None:
        self.count = count
        self.entities = list(entities)
        self.requests = list(requests)
        self.last: Mark | None = None
        self.document: Mark | None = None
        self.limit = limit_of(self.entities)

    def __reduce__(self) -> tuple[type[Tally], tuple[int, list[int], list[int]]]:
        return Tally, (self.count, self.entities, self.requests)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Tally):
            return NotImplemented
        return (self.count, self.entities, self.requests) == (other.count, other.entities, other.requests)

    __hash__ = None  # type: ignore[assignment]  # mutable while folding

    def __repr__(self) -> str:
        return f"Tally({self.count}, {len(self.entities)} entities, {len(self.requests)} requests)"

    def add(self, mark: Mark) -> None:
        """Count one value."""
        self.count += 1
        if self.last is not mark:
            self.note(mark)

    def note(self, mark: Mark) -> None:
        """Remember who showed a value.

        It need not be called again for the mark that it was called for last, nor for an entity beyond the `limit` in
        the `document` of that mark.
        """
        self.last = mark
        entity = mark.entity
        if entity < self.limit:
            entities = self.entities  # as `keep` does it: calls are dear here
            at = bisect_left(entities, entity)
            if at == len(entities) or entities[at] != entity:
                entities.insert(at, entity)
                if len(entities) >= MOST_KEPT:
                    del entities[MOST_KEPT:]
                    self.limit = entities[-1]
        if self.document is not mark.document:
            self.document = mark.document
            keep(self.requests, mark.request)

    def absorb(self, other: Tally) -> None:
        """Add everything that `other` has seen."""
        self.count += other.count
        self.entities = merged(self.entities, other.entities)
        self.requests = merged(self.requests, other.requests)
        self.limit = limit_of(self.entities)

    @property
    def independent(self) -> int:
        """The number of independent observations: of entities or of requests, whichever are fewer."""
        return min(size_of(self.entities), size_of(self.requests))


def union(tallies: Iterable[Tally | None]) -> Tally:
    """Return what several tallies have seen together."""
    whole = Tally()
    for tally in tallies:
        if tally is not None:
            whole.absorb(tally)
    return whole


def size_of(sketch: list[int]) -> int:
    """Return the number of different hashes that a sketch has seen; from 32 on it is an estimate."""
    if len(sketch) < MOST_KEPT:
        return len(sketch)
    return max(MOST_KEPT, round((MOST_KEPT - 1) * HASHES / (sketch[-1] + 1)))


def limit_of(*sketches: list[int]) -> int:
    """Return the largest hash up to which all sketches are complete."""
    limit = HASHES
    for sketch in sketches:
        if len(sketch) >= MOST_KEPT and sketch[-1] < limit:
            limit = sketch[-1]
    return limit


def common(one: list[int], other: list[int]) -> set[int]:
    """Return what both sketches have seen, as far as they are complete."""
    return set(one).intersection(other)


def missing(among: list[int], having: list[int]) -> set[int]:
    """Return the hashes of `among` that are not in `having`, as far as both are complete."""
    limit = limit_of(among, having)
    return {each for each in among if each <= limit}.difference(having)


def keep(sketch: list[int], value: int) -> None:
    """Add a hash to a sketch, if it is among the smallest."""
    if len(sketch) >= MOST_KEPT and value >= sketch[-1]:
        return
    at = bisect_left(sketch, value)
    if at == len(sketch) or sketch[at] != value:
        sketch.insert(at, value)
        del sketch[MOST_KEPT:]


def merged(one: list[int], other: list[int]) -> list[int]:
    """Return the sketch of what both have seen; it may be `one` itself."""
    if one == other or not other:
        return one
    if not one:
        return list(other)
    return sorted({*one, *other})[:MOST_KEPT]
