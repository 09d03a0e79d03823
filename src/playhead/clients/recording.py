"""Recording one exchange: what a client's transport sees becomes events of a take."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec

from playhead.deck.beside import LARGE_BYTES, beside
from playhead.deck.ports import ClientDeck
from playhead.deck.salvage import size_of
from playhead.engine.pacing import Timeouts
from playhead.engine.seen import SeenRequest
from playhead.engine.take import Take
from playhead.errors import PlayheadError
from playhead.model.http import Headers

__all__ = ["Recorder"]

P = ParamSpec("P")


class Recorder:
    """Tells a take what happens, under the deck's lock and with the deck's time."""

    def __init__(
        self, deck: ClientDeck, take: Take, call: SeenRequest, transport_error: type[Exception], timeouts: Timeouts
    ) -> None:
        take.timeouts = timeouts
        self._deck = deck
        self._take = take
        self._call = call
        self._transport_error = transport_error
        self._asked_us = 0
        self._size_bytes = size_of(take.request.body)
        self._pooled = False
        self.heard: Callable[[], object] | None = None
        """Called when the head has come: whoever told of the events before it may stop."""

    def begun(self) -> None:
        """Note the first event of the transport. Before it there is only the wait for the client's pool."""
        if not self._pooled:
            self._pooled = True
            self._take.pooled(self._deck.now_us())

    def connected(self) -> None:
        """Note that a connection was made."""
        self._take.connected(self._deck.now_us())

    def sent(self) -> None:
        """Note that the request was sent as a whole."""
        self._take.sent(self._deck.now_us())

    def head(self, status: int, headers: Headers, *, reason: str, http: str) -> None:
        """Note the response head."""
        now = self._deck.now_us()
        with self._deck.lock:
            self._take.head(status, headers, now, reason=reason, http=http)
        self._asked_us = now
        self._call.awaited = True
        if self.heard is not None:
            self.heard()

    def upgraded(self) -> PlayheadError:
        """Return the error for an answer that leaves HTTP. Nothing of it is kept."""
        now = self._deck.now_us()
        with self._deck.lock:
            error = self._deck.upgraded(self._take)
        self._deck.ended(self._call, now, completed=False)
        return error

    def chunk(self, data: bytes) -> None:
        """Note a chunk of the body."""
        self._size_bytes += len(data)
        now = self._deck.now_us()
        self._tell(self._take.chunk, data, now, now - self._asked_us)

    def ask(self) -> None:
        """Note that the reader is ready for the next chunk."""
        self._asked_us = self._deck.now_us()
        self._take.ask(self._asked_us)

    async def beside(self, event: Callable[P, None], *args: P.args, **kwargs: P.kwargs) -> None:
        """Tell one of the last events while the event loop goes on, if much has to be redacted then."""
        if self._size_bytes < LARGE_BYTES or self._take.finished:
            event(*args, **kwargs)
        else:
            await beside(lambda: event(*args, **kwargs))

    def left(self) -> None:
        """Note that the stream was closed: if it had not ended, the caller left early."""
        now = self._deck.now_us()
        if not self._take.finished:
            self._tell(self._take.abandon, now)
        self._deck.ended(self._call, now, completed=False)

    def unanswered(self, error: BaseException) -> None:
        """Note what the transport raised: an error of its own is a failure, a cancellation abandons the request."""
        if isinstance(error, self._transport_error):
            self._fail(error)
        elif isinstance(error, Exception):
            # Not an error of the transport but of an application called in process: nothing that could be replayed.
            with self._deck.lock:
                self._deck.drop(self._take)
            self._deck.ended(self._call, self._deck.now_us(), completed=False)
        else:
            self.left()

    def broken(self, error: Exception) -> None:
        """Note that the body failed.

        A reader that leaves, by GeneratorExit or a cancellation, closes the stream next.
        """
        if isinstance(error, self._transport_error):
            self._fail(error)
        else:
            self._take.ask(None)  # it was answered, though by nothing that could be replayed

    def ended(self) -> None:
        """Note the end of the body."""
        now = self._deck.now_us()
        self._tell(self._take.end, now, now - self._asked_us)
        self._deck.ended(self._call, now, completed=True)

    def _fail(self, error: Exception) -> None:
        self._call.awaited = True
        now = self._deck.now_us()
        self._tell(self._take.fail, type(error).__name__, str(error), now)
        self._deck.ended(self._call, now, completed=True)

    def _tell(self, event: Callable[P, None], *args: P.args, **kwargs: P.kwargs) -> None:
        """Tell the take, under the deck's lock. If it cannot be written, the person hears of it in any case."""
        try:
            with self._deck.lock:
                event(*args, **kwargs)
        except PlayheadError as error:
            self._deck.give_up(self._take, error)
            raise
