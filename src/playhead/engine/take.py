"""A take: one exchange while it is being recorded. It is told what happened and when, and becomes an `Exchange`.

The events come in the order of an exchange: connected, sent, head, chunks, and one last word: end, fail or abandon.
After the last word a take takes no more; a second last word is ignored, since a client may close what has already
ended.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from playhead.engine.pacing import NO_TIMEOUTS, outlasted
from playhead.model.cassette import Exchange
from playhead.model.http import BodyFile, Failure, Headers, Request, Response
from playhead.model.timing import Chunk, Timing

__all__ = ["Sink", "Take"]

_NOTED_US = 5_000
"""Waiting for a place in the pool, or for the end of a body, is noted from here on: usually there is none."""


class Sink(Protocol):
    """Takes the bytes of a body while they arrive."""

    def write(self, chunk: bytes) -> None:
        """Take one chunk."""
        ...

    def finish(self) -> bytes | BodyFile:
        """Return the whole of what was written."""
        ...


class Take:
    """Records one exchange. `request` is stored as given, so it is redacted already.

    `done(take, exchange)` is called once, with the finished exchange, its response body as it was on the wire.
    """

    def __init__(
        self,
        number: int,
        request: Request,
        start_us: int,
        *,
        sink: Callable[[], Sink],
        done: Callable[[Take, Exchange], None],
        origin: str | None = None,
    ) -> None:
        self.number = number
        self.request = request
        self.start_us = start_us
        self.finished = False
        self.timeouts = NO_TIMEOUTS
        """The timeouts of the client that is recorded. A wait that it accepted is accepted on replay too."""
        self._origin = origin
        self._new_sink = sink
        self._sink: Sink | None = None
        self._done = done
        self._pooled_us: int | None = None
        self._connected_us: int | None = None
        self._sent_us: int | None = None
        self._head_us: int | None = None
        self._head: tuple[int, str, str, Headers] | None = None
        self._asked_us: int | None = None
        self._chunks: list[Chunk] = []

    def pooled(self, at_us: int) -> None:
        """Note that the pool of the client has a place for the request: a connection, or one that is being made."""
        if at_us - self.start_us >= _NOTED_US:
            self._pooled_us = at_us

    def connected(self, at_us: int) -> None:
        """Note that the connection was made. A connection that was there already has no such event."""
        self._connected_us = at_us

    def sent(self, at_us: int) -> None:
        """Note that the request was sent as a whole."""
        self._sent_us = at_us

    def head(self, status: int, headers: Headers, at_us: int, *, reason: str = "", http: str = "HTTP/1.1") -> None:
        """Note the response head."""
        self._head = (status, reason, http, headers)
        self._head_us = at_us

    def ask(self, at_us: int | None) -> None:
        """Note that the reader of the body waits for more from now on; with `None`, that it no longer does."""
        self._asked_us = at_us

    def chunk(self, data: bytes, at_us: int, waited_us: int) -> None:
        """Note a chunk of the body, after the reader had waited `waited_us` for it."""
        if self.finished:
            return
        if self._sink is None:
            self._sink = self._new_sink()
        self._asked_us = None
        self._sink.write(data)
        self._chunks.append(Chunk(at_us, len(data), self._within_limit(waited_us)))

    def end(self, at_us: int, waited_us: int = 0) -> None:
        """Note the end of the body, after the reader had waited `waited_us` for it."""
        self._finish(at_us, complete=True, waited_us=self._within_limit(waited_us) if waited_us >= _NOTED_US else None)

    def fail(self, kind: str, message: str, at_us: int) -> None:
        """Note that the exchange failed with the client's exception class `kind`."""
        self._finish(at_us, complete=False, failure=Failure(kind, message, self._last_event()))

    def abandon(self, at_us: int) -> None:
        """Note that the caller left: before the head, or in the middle of the body, maybe while it waited for more."""
        self._finish(at_us, complete=False, waited_us=None if self._asked_us is None else at_us - self._asked_us)

    def _within_limit(self, waited_us: int) -> int:
        return waited_us if self.timeouts.read_us is None else min(waited_us, self.timeouts.read_us)

    def _last_event(self) -> str:
        if self._chunks:
            return "chunk"
        if self._head_us is not None:
            return "head"
        if self._sent_us is not None:
            return "sent"
        return "start" if self._connected_us is None else "connected"

    def _finish(
        self, at_us: int, *, complete: bool, failure: Failure | None = None, waited_us: int | None = None
    ) -> None:
        if self.finished:
            return
        self.finished = True
        body = self._sink.finish() if self._sink is not None else b""
        response = None
        if self._head is not None:
            status, reason, http, headers = self._head
            response = Response(status, reason, http, headers, body, complete=complete)
        timing = Timing(
            self.start_us,
            self._connected_us,
            self._sent_us,
            self._head_us,
            tuple(self._chunks),
            at_us,
            pooled_us=self._pooled_us,
            end_waited_us=waited_us,
        )
        exchange = Exchange(self.number, self.request, response, failure, timing, self._origin)
        over = outlasted(exchange, self.timeouts)
        if over is not None:
            exchange = replace(exchange, timing=replace(timing, outlasted=over))
        self._done(self, exchange)
