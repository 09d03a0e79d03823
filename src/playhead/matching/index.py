"""The interactions of a cassette, found by request. A lookup costs the same among ten and among a hundred thousand.

Building takes method and URL of each outline. The content of recordings is looked at only as far as a queue has to be
searched, in order, so that a program which asks as it was recorded has each looked at once, when it is played.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from functools import partial
from itertools import islice
from typing import NamedTuple

from playhead.matching.key import Bucket, bucket_of, content_key, scope_of
from playhead.matching.near_miss import compare, read, shortened, weight
from playhead.matching.nearby import Neighbourhoods, nearest_bucket
from playhead.matching.ports import LoopbackPorts
from playhead.matching.queues import Queue
from playhead.matching.rules import Rules
from playhead.matching.shown import Difference
from playhead.model.cassette import Outline
from playhead.model.collector import collector_paused
from playhead.model.http import Request

__all__ = ["Index", "Near"]

_COMPARED = 256
"""How many recordings a request without an exact one is compared with, in recorded order: it bounds the cost."""

_SPELLINGS = 4
"""How many spellings of its URL are remembered for each recording, at most."""


class Near(NamedTuple):
    """The recording in `slot`, and every `(place, recorded, sent)` in which a request differs from it."""

    slot: int
    differences: tuple[Difference, ...]


class Index:
    """Finds the recording for a request, and keeps count of what was played.

    A slot is a position in `outlines`; `load` gives its stored request. `slots` are the positions that take part, in
    the order in which they are to be played: all of them, if not given. Requests come in as they would be stored.
    """

    def __init__(
        self,
        outlines: Sequence[Outline],
        load: Callable[[int], Request],
        rules: Rules,
        *,
        slots: Iterable[int] | None = None,
    ) -> None:
        self._load = load
        self._rules = rules
        self._bodies_alone = not (rules.scoped or rules.always.headers)
        self._slots = range(len(outlines)) if slots is None else tuple(slots)
        self._ports = LoopbackPorts()
        self._queues: dict[Bucket, Queue] = {}
        self.spellings: dict[tuple[str, str], Queue] = {}
        """Methods and URLs, in spellings that are known to lead to recordings."""
        self._used = bytearray(len(outlines))
        self._unplayed = len(self._slots)
        self._neighbourhoods: Neighbourhoods | None = None
        with collector_paused():
            self._fill(outlines)

    @property
    def unplayed_count(self) -> int:
        """How many recordings have answered no request."""
        return self._unplayed

    def unplayed(self) -> list[int]:
        """The slots that have answered no request, neither an exact nor a drifted one."""
        return [slot for slot in self._slots if not self._used[slot]]

    def take(self, request: Request) -> int | None:
        """The first unplayed recording of exactly this request, which is played from now on.

        `UsageError` if a loopback port could stand for several recorded ones.
        """
        queue = self.spellings.get((request.method, request.url)) or self._queue(request)
        if queue is None:
            return None
        slot = queue.take(self._content(request), self._content_at)
        if slot is not None:
            self._use(slot)
        return slot

    def known(self, request: Request) -> bool:
        """Whether exactly this request was recorded, be it played or not."""
        queue = self._queue(request)
        return queue is not None and queue.knows(self._content(request), self._content_at)

    def last_played(self, request: Request) -> int | None:
        """The recording that answered exactly this request last."""
        queue = self._queue(request)
        return None if queue is None else queue.last_played(self._content(request))

    def drifted_from(self, request: Request) -> Near | None:
        """The nearest recording with the same method, host and path that has answered nothing yet."""
        free = (slot for bucket in self._buckets(request) for slot in self._nearby.free(bucket, self._is_free))
        return self._nearest(request, free)

    def lend(self, request: Request) -> Near | None:
        """The same, to answer the request: it counts as played, but stays available to its exact one."""
        near = self.drifted_from(request)
        if near is not None:
            self._use(near.slot)
        return near

    def nearest(self, request: Request) -> Near | None:
        """The recording most like a request, played or not, if any is like it: for messages."""
        slots = [slot for bucket in self._buckets(request) for slot in self._nearby.all(bucket)]
        if not slots:
            bucket = nearest_bucket(bucket_of(request.method, request.url, self._rules)[0], self._queues)
            slots = [] if bucket is None else self._queues[bucket].slots
        return self._nearest(request, slots)

    def _fill(self, outlines: Sequence[Outline]) -> None:
        by_url, queues = self.spellings, self._queues
        for slot in self._slots:
            outline = outlines[slot]
            url = outline[0], outline[1]
            queue = by_url.get(url)
            if queue is None:
                bucket, on_loopback = bucket_of(url[0], url[1], self._rules)
                if on_loopback:
                    self._ports.add(bucket[1:3], bucket.port)
                queue = by_url[url] = queues.get(bucket) or Queue()
                queues[bucket] = queue
            queue.slots.append(slot)
        if self._ports.several:
            by_url.clear()

    @property
    def _nearby(self) -> Neighbourhoods:
        if self._neighbourhoods is None:
            self._neighbourhoods = Neighbourhoods(self._queues.items())
        return self._neighbourhoods

    def _queue(self, request: Request) -> Queue | None:
        """The recordings with the method and URL of a request."""
        url = request.method, request.url
        queue = self.spellings.get(url)
        if queue is not None:
            return queue
        bucket, on_loopback = bucket_of(request.method, request.url, self._rules)
        if on_loopback:
            port = self._ports.resolve(bucket[1:3], bucket.port, partial(self._knows, request, bucket))
            if port is None:
                return None
            bucket = bucket._replace(port=port)
        queue = self._queues.get(bucket)
        if queue is not None and not self._ports.several and len(self.spellings) < _SPELLINGS * len(self._queues):
            self.spellings[url] = queue
        return queue

    def _knows(self, request: Request, bucket: Bucket, port: str) -> bool:
        queue = self._queues.get(bucket._replace(port=port))
        return queue is not None and queue.knows(self._content(request), self._content_at)

    def _buckets(self, request: Request) -> list[Bucket]:
        """The bucket of a request, under each recorded port that it may mean."""
        bucket, on_loopback = bucket_of(request.method, request.url, self._rules)
        if not on_loopback:
            return [bucket]
        return [bucket._replace(port=port) for port in self._ports.candidates(bucket[1:3], bucket.port)]

    def _content(self, request: Request) -> Hashable:
        if self._bodies_alone and request.body == b"":
            return None  # nearly always
        rules = self._rules
        scope = scope_of(request.method, request.url, rules) if rules.scoped else rules.always
        return content_key(request, scope, rules)

    def _content_at(self, slot: int) -> Hashable:
        return self._content(self._load(slot))

    def _is_free(self, slot: int) -> bool:
        return not self._used[slot]

    def _use(self, slot: int) -> None:
        if not self._used[slot]:
            self._used[slot] = 1
            self._unplayed -= 1

    def _nearest(self, request: Request, slots: Iterable[int]) -> Near | None:
        """The nearest of the first slots; of equally near ones, the first."""
        sent = read(request, self._rules)
        best: tuple[int, int, list[Difference]] | None = None
        for slot in islice(slots, _COMPARED):
            recorded = read(self._load(slot), self._rules)
            found = compare(recorded, sent)
            far = weight(recorded, sent, found)
            if best is None or far < best[0]:
                best = far, slot, found
        return None if best is None else Near(best[1], shortened(best[2]))
