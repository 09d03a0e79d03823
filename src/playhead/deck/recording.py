"""The steps of recording: what has happened is decoded, redacted and put into the journal, in this order.

Redacting is most of the work: some twenty milliseconds for a megabyte. From 256 KiB on it happens without the lock of
the session, and (by `Recorder.beside`) in another thread than that of an event loop, in short calls, since a search
with a regular expression holds the interpreter until it is done. A large request is redacted when its exchange has
ended: its slot is reserved when it starts, and nothing needs its stored form before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from threading import Lock
from typing import cast

from playhead.apart import apart
from playhead.deck.beside import LARGE_BYTES
from playhead.deck.environment import learn_environment
from playhead.deck.files import RecordedFiles
from playhead.deck.salvage import size_of
from playhead.deck.setup import Setup
from playhead.deck.storing import stored_exchange
from playhead.engine.take import Sink
from playhead.model.call import Invocation
from playhead.model.cassette import Exchange
from playhead.model.http import Request
from playhead.realtime import pause
from playhead.redaction.calls import redacted_invocation

__all__ = ["Recording"]


class Recording:
    """The steps of recording for one session. Its methods are called under the session's lock, which `lock` gives."""

    def __init__(self, setup: Setup, files: RecordedFiles, lock: Callable[[], Lock]) -> None:
        self._setup = setup
        self._files = files
        self._lock = lock
        self._under_way = 0
        self._sent: dict[int, Request] = {}

    def expect_own(self) -> None:
        """Raise `NetworkBlocked` in a forked child, which may not record."""
        self._files.expect_own()

    def spool(self) -> Sink:
        """Return a place for the bytes of one response body."""
        return self._files.spool()

    def to_record(self, request: Request) -> Request:
        """Return the stored form of a request, or what stands for a large one until its exchange has ended."""
        if size_of(request.body) < LARGE_BYTES:
            return self._setup.rulings.store(request)
        head = self._setup.redactor.request(replace(request, body=b""))
        provisional = replace(head, url=self._setup.rulings.store(replace(request, body=b"")).url, body=request.body)
        self._sent[id(provisional)] = request
        return provisional

    def forget(self, request: Request) -> None:
        """Remove the large body of a request whose take is dropped."""
        if self._sent.pop(id(request), None) is None:  # a provisional one has nothing on disk
            self._files.drop(request)

    def keep(self, exchange: Exchange) -> Exchange:
        """Decode, redact and journal a finished exchange. Return what was stored."""
        learn_environment(self._setup.redactor)
        known = self.known
        sent = self._sent.pop(id(exchange.request), None)
        if sent is None and _size(exchange) < LARGE_BYTES:
            kept = self._stored(exchange, None)
            return cast(Exchange, self._files.add(kept, known if kept is exchange else None))
        with self._unlocked():
            kept = apart(lambda: self._stored(exchange, sent))
        return cast(Exchange, apart(lambda: self._files.add(kept, known if kept is exchange else None)))

    @property
    def known(self) -> int:
        """The number of secrets that are known by now."""
        return self._setup.redactor.known

    def keep_call(self, invocation: Invocation, known: int | None) -> Invocation:
        """Redact and journal a finished call, whose arguments were clean when this number of secrets was `known`.

        Return what was stored.
        """
        learn_environment(self._setup.redactor)
        now = self.known
        kept = redacted_invocation(self._setup.redactor, invocation, known=known)
        return cast(Invocation, self._files.add(kept, now if kept is invocation else None))

    def wait(self) -> None:
        """Wait until other threads have stored what they are at. Must not be called under the lock."""
        while self._under_way:
            pause(0.001)

    def _stored(self, exchange: Exchange, sent: Request | None) -> Exchange:
        setup = self._setup
        if sent is not None:
            exchange = replace(exchange, request=setup.rulings.store(sent))
        return stored_exchange(exchange, setup.redactor, setup.path.parent, setup.codings)

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
    """Return the bytes of an exchange that have to be redacted."""
    return sum(size_of(each.body) for each in (exchange.request, exchange.response) if each is not None)
