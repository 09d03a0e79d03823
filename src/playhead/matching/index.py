"""The interactions of a cassette, found by request. A lookup takes as long among ten as among a hundred thousand.

Building an index reads the method and URL of each outline. The content of recordings is read only as far as a queue has
to be searched, in order. So a program that sends what was recorded has each recording read once, when it is played.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice

from playhead.matching.bindings import Bindings
from playhead.matching.differences import Difference
from playhead.matching.found import Found, Near
from playhead.matching.key import BodyKey, Bucket, bucket_of, content_key, scope_of
from playhead.matching.lines import Choice
from playhead.matching.near_miss import compare, unredacted, weight
from playhead.matching.nearby import Neighbourhoods, nearest_bucket
from playhead.matching.ports import LoopbackPorts
from playhead.matching.queues import Queue
from playhead.matching.reading import read
from playhead.matching.rules import Rules
from playhead.matching.weighing import Sought, Weighing
from playhead.matching.wild import WildQueues
from playhead.model.cassette import Outline
from playhead.model.collector import collector_paused
from playhead.model.http import Request

__all__ = ["COMPARED", "Index"]

COMPARED = 256
"""The number of recordings, in recorded order, that a request without an exact one is compared with. It limits the
cost."""

_SPELLINGS = 4
"""The number of spellings of its URL that are remembered for each recording."""


class Index:
    """Finds the recording for a request, and keeps count of what was played.

    Requests come in as they would be stored. Where there are two of them, `live` has the values that were sent.

    Args:
        outlines: The outlines of all interactions; a slot is a position among them.
        load: Returns the stored request of a slot.
        rules: The compiled `ignore` and `check` options.
        slots: The slots that take part, in the order in which they are to be played. All by default.
        binds: True if placeholders are bound to the live values that they matched first.
        bindings: These live values.
    """

    def __init__(
        self,
        outlines: Sequence[Outline],
        load: Callable[[int], Request],
        rules: Rules,
        *,
        slots: Iterable[int] | None = None,
        bindings: Bindings | None = None,
        binds: bool = True,
    ) -> None:
        self._load = load
        self._rules = rules
        self._bodies_alone = not (rules.scoped or rules.always.headers)
        self._slots = range(len(outlines)) if slots is None else tuple(slots)
        self._ports = LoopbackPorts()
        self._queues: dict[Bucket, Queue] = {}
        self.spellings: dict[tuple[str, str], Queue] = {}
        """Methods and URLs in spellings that are known to lead to recordings."""
        self._used = bytearray(len(outlines))
        self._unplayed = len(self._slots)
        self._neighbourhoods: Neighbourhoods | None = None
        self._wild = WildQueues(rules)
        self.weighing = Weighing(outlines, load, rules, bindings or Bindings(), binds=binds)
        with collector_paused():
            self._fill(outlines)

    @property
    def unplayed_count(self) -> int:
        """The number of recordings that have answered no request."""
        return self._unplayed

    def unplayed(self) -> list[int]:
        """Return the slots that have answered no request, neither an exact nor a drifted one."""
        return [slot for slot in self._slots if not self._used[slot]]

    def take(self, request: Request) -> int | None:
        """Return the first unplayed recording of exactly this request, and count it as played.

        Raises UsageError if a loopback port could stand for several recorded ones.
        """
        found = self.seek(request)
        return None if found is None else found.slot

    def seek(self, live: Request, stored: Callable[[], Request] | None = None) -> Found | None:
        """Return an unplayed recording for a request with live values; `stored` returns it as it would be stored.

        A recording with the literal values comes first, then one whose placeholders have the kinds that the request
        would have, then one with placeholders in other places.
        """
        sought = self.weighing.sought(live, stored)
        for request in sought.spelled():
            queue = self.spellings.get((request.method, request.url)) or self._queue(request)
            choice = queue and queue.take(self._content(request), self._content_at, sought)
            if choice:
                return self._found(choice, sought)
        wild = self._wildest(sought)
        if wild is None:
            return None
        queue, content, choice = wild
        queue.play(content, choice.slot)
        return self._found(choice, sought)

    def seek_plain(self, request: Request) -> int | None:
        """Return the recording of a request that needs no weighing, as nearly all; `None` if more has to be read."""
        queue = self._plain_queue(request)
        slot = None if queue is None else queue.take_plain(None, self._content_at, self.weighing.is_bare)
        if slot is not None:
            self._use(slot)
        return slot

    def last_plain(self, request: Request) -> int | None:
        """Return the recording that answered such a request last, if all of them are played; else `None`."""
        queue = None if self._wild else self._plain_queue(request)
        return queue.last_plain(None, self.weighing.is_bare) if queue is not None and queue.is_uniform else None

    def known(self, live: Request, stored: Callable[[], Request] | None = None) -> bool:
        """Return True if exactly this request was recorded, played or not."""
        sought = self.weighing.sought(live, stored)
        for request in sought.spelled():
            queue = self._queue(request)
            if queue and queue.knows(self._content(request), self._content_at, sought):
                return True
        return any(queue.knows(content, self._content_at, sought) for queue, content in self._wild_lines(sought))

    def last_played(self, live: Request, stored: Callable[[], Request] | None = None) -> int | None:
        """Return the recording that answered exactly this request last."""
        sought = self.weighing.sought(live, stored)
        for request in sought.spelled():
            queue = self._queue(request)
            slot = queue.last_played(self._content(request), sought) if queue else None
            if slot is not None:
                return slot
        lines = self._wild_lines(sought)
        found = (queue.last_played(content, sought) for queue, content in lines)
        return next((slot for slot in found if slot is not None), None)

    def drifted_from(self, request: Request, live: Request | None = None) -> Near | None:
        """Return the nearest recording with the same method, host and path that has answered nothing yet."""
        free = (slot for bucket in self._buckets_nearby(request) for slot in self._nearby.free(bucket, self._is_free))
        return self._nearest(request, free, live)

    def lend(self, request: Request, live: Request | None = None) -> Near | None:
        """Return that recording to answer the request.

        It counts as played, but stays available to its exact request.
        """
        near = self.drifted_from(request, live)
        if near is not None:
            self._use(near.slot)
        return near

    def nearest(self, request: Request, live: Request | None = None) -> Near | None:
        """Return the recording most like a request, played or not, for a message. `None` if none is like it."""
        slots = [slot for bucket in self._buckets_nearby(request) for slot in self._nearby.all(bucket)]
        if not slots:
            bucket = nearest_bucket(bucket_of(request.method, request.url, self._rules)[0], self._queues)
            slots = [] if bucket is None else self._queues[bucket].slots
        return self._nearest(request, slots, live)

    def stored(self, slot: int) -> Request:
        """Return the request of a recording as it is compared: without secrets, whatever stands in the file."""
        return self._load(slot)

    def _plain_queue(self, request: Request) -> Queue | None:
        if request.body != b"" or not self._bodies_alone or self.weighing.known_names:
            return None
        return self.spellings.get((request.method, request.url))

    def _found(self, choice: Choice, sought: Sought) -> Found:
        self._use(choice.slot)
        if choice.verdict.free:
            sought.bind(choice.slot)
        return Found(choice.slot, choice.ambiguous, sought.absent(choice.slot) if choice.verdict.lacking else ())

    def _wildest(self, sought: Sought) -> tuple[Queue, Hashable, Choice] | None:
        """Return the best recording with placeholders in other places than a redacted request would have them."""
        best: tuple[Queue, Hashable, Choice] | None = None
        for queue, content in self._wild_lines(sought):
            choice = queue.best(content, self._content_at, sought)
            if choice is None:
                continue
            if best is not None and best[2].verdict.rank == choice.verdict.rank and choice.verdict.free:
                first = min(best, (queue, content, choice), key=lambda each: each[2].slot)
                best = first[0], first[1], first[2]._replace(ambiguous=True)
            elif best is None or choice.verdict.rank > best[2].verdict.rank:
                best = queue, content, choice
        return best

    def _wild_lines(self, sought: Sought) -> Iterator[tuple[Queue, Hashable]]:
        """Yield the lines of recordings that equal a request except where placeholders were stored."""
        sought.lenient = True
        seen: set[tuple[int, Hashable]] = set()
        for request in sought.spelled():
            reading = replace(read(request, self._rules.as_stored), headers=read(request, self._rules).headers)
            queues = [queue for bucket in self._wild_buckets(request) for queue in self._wild.queues(bucket)]
            own = self._queue(request)
            for queue in dict.fromkeys([*([] if own is None else [own]), *queues]):
                for content in self._wild.contents(queue, reading, self._content_at, self._load):
                    if (id(queue), content) not in seen:
                        seen.add((id(queue), content))
                        yield queue, content

    def _wild_buckets(self, request: Request) -> list[Bucket]:
        """Return the buckets of a request, placeholders read as they are."""
        bucket = bucket_of(request.method, request.url, self._rules.as_stored)[0]
        return [bucket._replace(port=each.port) for each in self._buckets(request)]

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
                self._wild.add(url, bucket, queue)
            queue.slots.append(slot)
        if self._ports.several:
            by_url.clear()

    @property
    def _nearby(self) -> Neighbourhoods:
        if self._neighbourhoods is None:
            self._neighbourhoods = Neighbourhoods(self._queues.items())
        return self._neighbourhoods

    def _queue(self, request: Request) -> Queue | None:
        """Return the recordings with the method and URL of a request."""
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
        """Return the bucket of a request for each recorded port that its port may mean."""
        bucket, on_loopback = bucket_of(request.method, request.url, self._rules)
        if not on_loopback:
            return [bucket]
        return [bucket._replace(port=port) for port in self._ports.candidates(bucket[1:3], bucket.port)]

    def _buckets_nearby(self, request: Request) -> Iterable[Bucket]:
        """Return these buckets, and those that are equal except for placeholders in the path."""
        own = self._buckets(request)
        alike = [found for bucket in self._wild_buckets(request) for found in self._wild.alike(bucket)]
        return dict.fromkeys([*own, *alike])

    def _content(self, request: Request) -> Hashable:
        rules = self._rules
        if self._bodies_alone:
            return None if request.body == b"" or rules.always.body else BodyKey(request, rules)
        scope = scope_of(request.method, request.url, rules) if rules.scoped else rules.always
        return content_key(request, scope, rules)

    def _content_at(self, slot: int) -> Hashable:
        request = self._load(slot)
        self.weighing.note(slot, request)
        return self._content(request)

    def _is_free(self, slot: int) -> bool:
        return not self._used[slot]

    def _use(self, slot: int) -> None:
        if not self._used[slot]:
            self._used[slot] = 1
            self._unplayed -= 1

    def _nearest(self, request: Request, slots: Iterable[int], live: Request | None) -> Near | None:
        """Return the nearest of the first slots; the first one of several."""
        rules = self._rules.as_stored
        sent = read(request, rules)
        sought = self.weighing.sought(live or request, lambda: request)
        sought.lenient = True
        best: tuple[int, int, list[Difference]] | None = None
        for slot in islice(slots, COMPARED):
            recorded = read(self._load(slot), rules)
            found = unredacted(compare(recorded, sent), rules.marks_in) + sought.refusals(slot)
            far = weight(recorded, sent, found)
            if best is None or far < best[0]:
                best = far, slot, found
        return None if best is None else Near.of(best[1], best[2], rules.marks_in)
