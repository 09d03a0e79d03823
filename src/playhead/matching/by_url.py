"""Recordings found by method and URL alone, in file order, as other tools find them: `match="vcrpy"`.

The habit of such tools is to compare method, scheme, host, port, path and the query in any order. What differs besides,
above all the body, does not keep a recording from answering; it is told afterwards, by `drift_of`. Further conditions
may be given as `agrees`: then the first recording of that method and URL that agrees answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice

from playhead.matching.bindings import Bindings
from playhead.matching.differences import Difference
from playhead.matching.filtered import FilteredIndex
from playhead.matching.found import Found, Near
from playhead.matching.key import Bucket
from playhead.matching.rules import Rules
from playhead.model.cassette import Outline
from playhead.model.http import Request

__all__ = ["Agrees", "UrlIndex"]

Agrees = Callable[[Request, int], bool]
"""Returns True if the recording in a slot may answer a request with live values."""

_CONTENT = ("body", "form", "part", "header")


class UrlIndex(FilteredIndex):
    """An index that looks at method and URL.

    Args:
        literal: The slots of URLs that hold a secret in the file, by method and URL as they stand there. A request that
            has the recorded secret gets its own recordings.
        agrees: Further conditions, none by default.

    The other arguments are those of `Index`.
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
        literal: Mapping[tuple[str, str], list[int]] | None = None,
        agrees: Agrees | None = None,
    ) -> None:
        super().__init__(outlines, load, rules, slots=slots, bindings=bindings, binds=binds)
        self._literal = literal or {}
        self._agrees = agrees
        self._begins: dict[int, int] = {}
        self._last: dict[int, int] = {}

    def seek(self, live: Request, stored: Callable[[], Request] | None = None) -> Found | None:
        """Return the first unplayed recording of a method and URL."""
        slots = self._slots_of(live, stored)
        if slots is None:
            slot = next(self._filtered(live, stored, self._free_nearby), None)
        else:
            slot = next(self._free_in(slots, live), None)
        if slot is None:
            return None
        self._use(slot)
        if slots is not None:
            self._last[id(slots)] = slot
        return Found(slot)

    def seek_plain(self, request: Request) -> int | None:
        """Return nothing: whatever is found is compared with the request."""

    def last_plain(self, request: Request) -> int | None:
        """Return nothing, likewise."""

    def known(self, live: Request, stored: Callable[[], Request] | None = None) -> bool:
        """Return True if the method and URL were recorded, played or not."""
        slots = self._slots_of(live, stored)
        if slots is None:
            return any(True for _ in self._filtered(live, stored, self._all_nearby))
        return self._agrees is None or any(self._agrees(live, slot) for slot in slots)

    def last_played(self, live: Request, stored: Callable[[], Request] | None = None) -> int | None:
        """Return the recording that answered this method and URL last."""
        slots = self._slots_of(live, stored)
        if slots is not None:
            return self._last.get(id(slots))
        found = [slot for slot in self._filtered(live, stored, self._all_nearby) if not self._is_free(slot)]
        return found[-1] if found else None

    def drift_of(self, slot: int, live: Request, stored: Callable[[], Request]) -> Near | None:
        """Return what has changed in a request since the recording that answers it; `None` for nothing."""
        if self._content(live) == self._content_at(slot):
            return None
        sent = stored()
        if self._content(sent) == self._content_at(slot):
            return None
        near = self._nearest(sent, [slot], live)
        told = () if near is None else tuple(each for each in near.differences if not self._is_secret_place(each))
        return near._replace(differences=told) if near is not None and told else None

    def _slots_of(self, live: Request, stored: Callable[[], Request] | None) -> list[int] | None:
        literal = self._literal.get((live.method, live.url))
        if literal is not None:
            return literal
        for request in self.weighing.sought(live, stored).spelled():
            queue = self._queue(request)
            if queue is not None:
                return queue.slots
        return None

    def _free_in(self, slots: list[int], live: Request) -> Iterator[int]:
        begin = self._begins.get(id(slots), 0)
        while begin < len(slots) and not self._is_free(slots[begin]):
            begin += 1
        self._begins[id(slots)] = begin
        free: Iterable[int] = (slot for slot in islice(slots, begin, None) if self._is_free(slot))
        return iter(free if self._agrees is None else (slot for slot in free if self._agrees(live, slot)))

    def _knows(self, _request: Request, bucket: Bucket, port: str) -> bool:
        return bucket._replace(port=port) in self._queues

    def _is_filtered(self, difference: Difference) -> bool:
        return difference[0].startswith(_CONTENT) or self._is_secret_place(difference)
