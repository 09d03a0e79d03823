"""Recordings that equal a request except in the places of placeholders, found by masks."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator

from playhead.matching.key import Bucket, bucket_of
from playhead.matching.masks import Mask, content_mask, mask_of, masked, masked_content, shape_of
from playhead.matching.queues import ContentAt, Queue
from playhead.matching.reading import Reading, read
from playhead.matching.rules import Rules
from playhead.model.http import Request

__all__ = ["WildQueues"]

Fields = tuple[tuple[str, tuple[str, ...]], ...]
_Contents = dict[Hashable, dict[Hashable, list[Hashable]]]


class WildQueues:
    """Queues by the parts of their URLs beside placeholders, and the lines of a queue by such parts of the content."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._as_stored = rules.as_stored
        self._shapes: dict[Hashable, dict[Mask, dict[Bucket, dict[int, Queue]]]] = {}
        self._places: dict[Hashable, dict[Bucket, tuple[Mask, Bucket]]] = {}
        self._contents: dict[int, _Contents] = {}
        self._any = False

    def __bool__(self) -> bool:
        return self._any

    def add(self, url: tuple[str, str], bucket: Bucket, queue: Queue) -> None:
        """Note a queue, if its URL has placeholders."""
        if not self._rules.marks_in(url[1]):
            return
        self._any = True
        stored = bucket_of(*url, self._as_stored)[0]
        mask = mask_of(stored, self._rules.marks_in)
        if mask is not None:
            masks = self._shapes.setdefault(shape_of(stored), {})
            masks.setdefault(mask, {}).setdefault(masked(stored, mask), {})[id(queue)] = queue
            if mask.host or mask.segments:
                place = stored._replace(port=bucket.port, query=())
                self._places.setdefault(shape_of(place), {})[masked(place, mask)] = mask, bucket

    def queues(self, bucket: Bucket) -> Iterator[Queue]:
        """Yield the queues that a request with this URL may belong to."""
        for mask, queues in self._shapes.get(shape_of(bucket), {}).items():
            yield from queues.get(masked(bucket, mask), {}).values()

    def alike(self, bucket: Bucket) -> Iterator[Bucket]:
        """Return the buckets of other recordings that may be near to a request with this URL.

        Their paths are equal except for placeholders.
        """
        place = bucket._replace(query=())
        for each, (mask, found) in self._places.get(shape_of(place), {}).items():
            if masked(place, mask) == each:
                yield found

    def contents(
        self, queue: Queue, sent: Reading, content_at: ContentAt, load: Callable[[int], Request]
    ) -> Iterator[Hashable]:
        """Yield the contents in a queue that a request may have."""
        known = self._contents.get(id(queue))
        if known is None:
            known = self._contents[id(queue)] = self._sorted(queue, content_at, load)
        for mask, contents in known.items():
            yield from contents.get((masked_content(sent.content, mask), sent.headers), ())

    def _sorted(self, queue: Queue, content_at: ContentAt, load: Callable[[int], Request]) -> _Contents:
        known: _Contents = {}
        for content, slot in queue.contents(content_at):
            recorded = read(load(slot), self._as_stored)
            mask = content_mask(recorded.content, self._rules.marks_in)
            headers = read(load(slot), self._rules).headers if recorded.headers else ()
            key = masked_content(recorded.content, mask), headers
            known.setdefault(mask, {}).setdefault(key, []).append(content)
        return known
