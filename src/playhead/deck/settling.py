"""From exchanges that have ended to what is kept of them, without holding up others while a large body is redacted.

Redacting is the most that recording does: some twenty milliseconds for a megabyte. From 256 KiB on it happens without
the deck's lock, and (by `Recorder.beside`) in another thread than an event loop's, in short calls, since a search with
a regular expression holds the interpreter until it is done. A large request is redacted when its exchange has ended:
its slot is reserved when it starts, and nobody needs its stored form before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from threading import Lock

from playhead.apart import apart
from playhead.deck.beside import LARGE_BYTES
from playhead.deck.environment import learn_environment
from playhead.deck.keeping import Keeping
from playhead.deck.salvage import size_of
from playhead.deck.settle import settled
from playhead.deck.setup import Setup
from playhead.model.cassette import Exchange
from playhead.model.http import Request
from playhead.realtime import pause

__all__ = ["Settling"]


class Settling:
    """Settles the exchanges of one deck. Its methods are called under the deck's lock, which `lock` gives."""

    def __init__(self, setup: Setup, keeping: Keeping, lock: Callable[[], Lock]) -> None:
        self._setup = setup
        self._keeping = keeping
        self._lock = lock
        self._under_way = 0
        self._sent: dict[int, Request] = {}

    def provisional(self, request: Request) -> Request | None:
        """What stands for a large request until its exchange has ended, its body as it is; `None` for others."""
        if size_of(request.body) < LARGE_BYTES:
            return None
        head = self._setup.redactor.request(replace(request, body=b""))
        provisional = replace(head, url=self._setup.rulings.store(replace(request, body=b"")).url, body=request.body)
        self._sent[id(provisional)] = request
        return provisional

    def forget(self, request: Request) -> bool:
        """Its take was dropped; returns whether it was a provisional one, of which nothing is on disk."""
        return self._sent.pop(id(request), None) is not None

    def settled(self, exchange: Exchange) -> Exchange:
        """What is kept of an exchange; the journal has it."""
        learn_environment(self._setup.redactor)
        sent = self._sent.pop(id(exchange.request), None)
        if sent is None and _size(exchange) < LARGE_BYTES:
            kept = self._settled(exchange, None)
            self._keeping.add(kept)
            return kept
        with self._unlocked():
            kept = apart(lambda: self._settled(exchange, sent))
        apart(lambda: self._keeping.add(kept))
        return kept

    def wait(self) -> None:
        """Wait for what other threads are settling. Not to be called under the lock."""
        while self._under_way:
            pause(0.001)

    def _settled(self, exchange: Exchange, sent: Request | None) -> Exchange:
        setup = self._setup
        if sent is not None:
            exchange = replace(exchange, request=setup.rulings.store(sent))
        return settled(exchange, setup.redactor, setup.path.parent)

    @contextmanager
    def _unlocked(self) -> Iterator[None]:
        lock = self._lock()
        self._under_way += 1
        lock.release()
        try:
            yield
        finally:
            lock.acquire()
            self._under_way -= 1


def _size(exchange: Exchange) -> int:
    """How much of an exchange has to be redacted."""
    return sum(size_of(each.body) for each in (exchange.request, exchange.response) if each is not None)
