"""Replaying one exchange: the events of its body with their instants, and the response's account of itself.

A front-end builds its native response around a `Playback`, and asks it for the events of the body.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from playhead.codecs.coding import redo
from playhead.deck.ports import ClientDeck
from playhead.engine.decisions import Play
from playhead.engine.pacing import Timeouts, chunk_failure, end_failure, head_failure, head_us
from playhead.errors import PlayheadError
from playhead.model.http import BodyFile, Failure, Headers, Response, with_length
from playhead.model.timing import Chunk
from playhead.store.bodies import iter_body

__all__ = ["BodyEvent", "Playback", "Ready"]


class BodyEvent(NamedTuple):
    """Something that the reader of a body gets: a chunk, an error, or (with neither) the end; `waits` if none comes."""

    at_us: int
    next_us: int | None
    data: bytes = b""
    error: Exception | None = None
    waits: bool = False


class Ready(NamedTuple):
    """A whole body as its reader gets it, and its size on the wire."""

    content: bytes
    size_bytes: int


class Playback:
    """One exchange being replayed to a client with these timeouts. `error` makes the client's own exceptions."""

    __slots__ = (
        "_call",
        "_recoded",
        "_ring",
        "_timeouts",
        "at_once",
        "closed",
        "deck",
        "error",
        "exchange",
        "passage",
        "slot",
        "whole",
    )

    def __init__(self, deck: ClientDeck, play: Play, error: Callable[[Failure], Exception], timeouts: Timeouts) -> None:
        self.deck = deck
        self.exchange = play.exchange
        self.slot = play.slot
        self.passage = deck.enter(play)
        self.error = error
        self.at_once = self.passage is None and play.drift is None and not play.exchange.abandoned
        self._call = play.call
        self._timeouts = timeouts
        self._recoded: list[bytes] | None = None
        self._ring: Callable[[], None] | None = None
        self.closed = False
        self.whole = False  # whether the end of the body was delivered, or the failure in its place

    def begin(self) -> None:
        """Deliver the head. Raises the failure that this client gets in its place."""
        self._call.awaited = True
        failure = head_failure(self.exchange, self._timeouts)
        if failure is not None:
            self.deck.ended(self._call, self.deck.now_us(), completed=True)
            raise self.error(failure[1])

    @property
    def fails(self) -> bool:
        """True if this client gets a failure in place of a head."""
        return head_failure(self.exchange, self._timeouts) is not None

    def head_event(self) -> tuple[int, int | None]:
        """Return the instant of the head, or of the failure in its place, and of the event after it."""
        failure = head_failure(self.exchange, self._timeouts)
        if failure is not None:
            return failure[0], None
        return head_us(self.exchange), self._due_us(self.exchange.timing.chunks, 0)

    def at_hand(self) -> Iterable[bytes] | None:
        """Return the chunks of a body that never has to wait and reaches this client whole; else `None`."""
        exchange, chunks, read_us = self.exchange, self.exchange.timing.chunks, self._timeouts.read_us
        response = exchange.response
        if self.passage is not None or response is None or not response.complete or exchange.failure is not None:
            return None
        if read_us is not None:
            if (exchange.timing.end_waited_us or 0) > read_us:
                return None
            for chunk in chunks:
                if chunk.waited_us > read_us:
                    return None
        if len(chunks) == 1 and response.coding is None and type(response.body) is bytes:
            return (response.body,)
        return self._encoded(response)

    def ready(self, coding: str | None) -> Ready | None:
        """Return the body if it is `at_hand` and in memory, for a client that undoes this coding; else `None`.

        A coding that is not the recorded one has to be undone for real.
        """
        response = self.exchange.response
        if response is None or not isinstance(response.body, bytes):
            return None
        if coding is not None and (coding != response.coding or not self._encodes(response)):
            return None
        pieces = self.at_hand()
        if pieces is None:
            return None
        sent = b"".join(pieces)
        return Ready(sent if coding is None else response.body, len(sent))

    def events(self) -> Iterator[BodyEvent]:
        """Yield the events of the body, in order. The last one is its end, or an error in its place."""
        response, timing = self.exchange.response, self.exchange.timing
        assert response is not None
        chunks = self._chunks(response)
        for position, (chunk, data) in enumerate(zip(chunks, self._encoded(response), strict=True)):
            failure = chunk_failure(chunk, self._timeouts)
            if failure is not None:
                yield BodyEvent(failure[0], None, error=self.error(failure[1]))
                return
            yield BodyEvent(chunk.at_us, self._due_us(chunks, position + 1), data)
        if self.exchange.failure is not None:
            yield BodyEvent(timing.last_us, None, error=self.error(self.exchange.failure))
        elif self.exchange.waiting:
            yield BodyEvent(timing.last_us, None, waits=True)
        elif not response.complete:
            yield BodyEvent(timing.last_us, None, error=self.deck.cut(self.exchange.request))
        elif (late := end_failure(self.exchange, self._timeouts)) is not None:
            yield BodyEvent(late[0], None, error=self.error(late[1]))
        else:
            yield BodyEvent(timing.last_us, None)

    @property
    def patience_s(self) -> float | None:
        """The seconds of this replay that the client waits for more of a body; `None` for ever."""
        limit_us = self._timeouts.read_us
        return None if limit_us is None else limit_us / 1e6 / (self.deck.gate.speed or 1)

    def on_close(self, ring: Callable[[], None]) -> None:
        """Call this when the client closes the body."""
        self._ring = ring

    def stand_back(self) -> None:
        """Let nobody wait for anything more of this."""
        if self.passage is not None:
            self.deck.leave(self.passage)

    def _noted(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        """Yield the pieces. An error of the file is kept, in case the code under test swallows it."""
        try:
            yield from pieces
        except PlayheadError as error:
            self.deck.keep_miss(error)
            raise

    def _due_us(self, chunks: Sequence[Chunk], position: int) -> int | None:
        """Return when the chunk at this position comes, the end behind the last one, or the timeout in its place.

        `None` where the reader waits for more than was recorded.
        """
        if position < len(chunks):
            at_us, late = chunks[position].at_us, chunk_failure(chunks[position], self._timeouts)
        else:
            if self.exchange.waiting:
                return None
            at_us, late = self.exchange.timing.last_us, end_failure(self.exchange, self._timeouts)
        return at_us if late is None else late[0]

    def close(self) -> None:
        """Note that the client is done with the response."""
        self.deck.ended(self._call, self.deck.now_us(), completed=self.whole)
        self.stand_back()
        self.closed = True
        if self._ring is not None:
            self._ring()

    def leave(self) -> None:
        """Let nobody wait for this, which never came to a response."""
        self.deck.ended(self._call, self.deck.now_us(), completed=False)
        self.stand_back()

    def fields(self, response: Response) -> Headers:
        """Return the recorded header fields; `content-length` counts the bytes that are replayed.

        A body that was encoded anew has another length than the recorded one. Of a body that did not come whole only
        the recorded length is known.
        """
        if not self._encodes(response) or not self._whole(response):
            return response.headers
        if not any(name.lower() == "content-length" for name, _ in response.headers):
            return response.headers
        pieces = self._encoded(response)
        if isinstance(response.body, bytes):
            pieces = self._recoded = list(pieces)  # to be replayed: encoding takes longer than all else here
        return with_length(response.headers, sum(map(len, pieces)))

    def _whole(self, response: Response) -> bool:
        return response.complete and self.exchange.failure is None

    def _encodes(self, response: Response) -> bool:
        """Return True if the body is encoded again, as its coding was undone. HEAD, 204 and 304 have no body."""
        empty = self.exchange.request.method == "HEAD" or response.status in (204, 304)
        return response.coding is not None and not empty

    def _chunks(self, response: Response) -> Sequence[Chunk]:
        timing = self.exchange.timing
        return timing.chunks or _untimed(response, timing.last_us)

    def _encoded(self, response: Response) -> Iterable[bytes]:
        """Return the chunks as they go over the wire: encoded again if their coding was undone."""
        if self._recoded is not None:
            return self._recoded
        pieces = iter_body(response.body, [chunk.size_bytes for chunk in self._chunks(response)])
        if isinstance(response.body, BodyFile):
            pieces = self._noted(pieces)
        if response.coding is None or not self._encodes(response):
            return pieces
        return redo(response.coding, pieces, complete=self._whole(response))


def _untimed(response: Response, at_us: int) -> tuple[Chunk, ...]:
    """Return one chunk for a body without a timeline, as in a cassette written by hand."""
    size = len(response.body) if isinstance(response.body, bytes) else response.body.size_bytes
    return (Chunk(at_us, size, 0),) if size else ()
