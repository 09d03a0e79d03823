"""Recordings of the same method, host and path, from which a request may have drifted. They are indexed when needed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from playhead.matching.key import Bucket
from playhead.matching.near_miss import WEIGHTS
from playhead.matching.queues import Queue

__all__ = ["Neighbourhoods", "nearest_bucket"]

Place = tuple[str, ...]

_BUCKETS_COMPARED = 5_000


class Neighbourhoods:
    """Slots by method, scheme, host, port and path, whatever their query and content."""

    def __init__(self, queues: Iterable[tuple[Bucket, Queue]]) -> None:
        self._slots: dict[Place, list[int]] = {}
        self._begins: dict[Place, int] = {}
        for bucket, queue in queues:
            self._slots.setdefault(bucket[:5], []).extend(queue.slots)
        for slots in self._slots.values():
            slots.sort()

    def all(self, bucket: Bucket) -> list[int]:
        """Return every slot with the method, host and path of a bucket."""
        return self._slots.get(bucket[:5], [])

    def free(self, bucket: Bucket, is_free: Callable[[int], bool]) -> Iterator[int]:
        """Return the free slots in order. A slot that is not free never becomes free again."""
        place = bucket[:5]
        slots = self._slots.get(place, [])
        begin = self._begins.get(place, 0)
        while begin < len(slots) and not is_free(slots[begin]):
            begin += 1
        self._begins[place] = begin
        return (slot for slot in islice(slots, begin, None) if is_free(slot))


def nearest_bucket(bucket: Bucket, buckets: Iterable[Bucket]) -> Bucket | None:
    """Return the bucket most like another among the first five thousand, that with the likest path of several.

    The result is `None` if no host, path or method is the same: such a recording would not help anyone in a message.
    """
    compared = [other for other in islice(buckets, _BUCKETS_COMPARED) if _alike(bucket, other)]
    return min(compared, key=lambda other: _unlikeness(bucket, other), default=None)


def _alike(one: Bucket, other: Bucket) -> bool:
    return one.method == other.method or one.path == other.path or one[1:4] == other[1:4]


def _unlikeness(one: Bucket, other: Bucket) -> tuple[int, int]:
    """Return the weight of the differences, and the distance of the paths."""
    weight = 0 if one.query == other.query else len({name for name, _ in set(one.query) ^ set(other.query)})
    weight += WEIGHTS["host"] * (one[1:4] != other[1:4]) + WEIGHTS["method"] * (one.method != other.method)
    if one.path == other.path:
        return weight, 0
    segments, others = one.path.split("/"), other.path.split("/")
    unlike = 2 * abs(len(segments) - len(others)) + sum(a != b for a, b in zip(segments, others, strict=False))
    return weight + WEIGHTS["path"], unlike
