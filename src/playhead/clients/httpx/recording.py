"""Recording one exchange: what the transport sees becomes events of a take. The caller's own `trace` stays in place."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ParamSpec

from playhead.clients.httpx.dialect import Dialect, pairs
from playhead.deck.beside import LARGE_BYTES, beside
from playhead.deck.salvage import size_of
from playhead.engine.calls import Call
from playhead.engine.pacing import Limits
from playhead.engine.take import Take
from playhead.errors import PlayheadError

if TYPE_CHECKING:
    from playhead.deck.session import Deck

__all__ = ["Recorder", "load_backend"]

P = ParamSpec("P")


def load_backend(deck: Deck) -> None:
    """If requests are recorded, load what asynchronous clients load at their first one (httpcore, by way of anyio).

    It takes longer than many a request, and would pass for waiting for the client's pool.
    """
    if deck.recording:
        import anyio

        anyio.get_cancelled_exc_class()


class Recorder:
    """Tells a take what happens, under the deck's lock and with the deck's time."""

    def __init__(self, deck: Deck, take: Take, call: Call, dialect: Dialect, limits: Limits) -> None:
        take.limits = limits
        self._deck = deck
        self._take = take
        self._call = call
        self._dialect = dialect
        self._asked_us = 0
        self._size_bytes = size_of(take.request.body)
        self._pooled = False
        self._heard: dict[str, Any] = {}  # the extensions through which the inner transport tells its events

    def head(self, response: Any) -> None:
        """The response head came."""
        now = self._deck.now_us()
        reason = response.extensions.get("reason_phrase", b"").decode("latin-1")
        http = response.extensions.get("http_version", b"HTTP/1.1").decode("latin-1")
        with self._deck.lock:
            self._take.head(response.status_code, pairs(tuple(response.headers.raw)), now, reason=reason, http=http)
        self._asked_us = now
        self._call.awaited = True
        self._heard.pop("trace", None)  # what comes of the body passes through here

    def upgraded(self) -> PlayheadError:
        """The error for an answer that leaves HTTP: nothing of it is kept."""
        now = self._deck.now_us()
        with self._deck.lock:
            error = self._deck.upgraded(self._take)
        self._deck.ended(self._call, now, completed=False)
        return error

    def chunk(self, data: bytes) -> None:
        """A chunk of the body came."""
        self._size_bytes += len(data)
        now = self._deck.now_us()
        self._tell(self._take.chunk, data, now, now - self._asked_us)

    def ask(self) -> None:
        """The reader is ready for the next chunk."""
        self._asked_us = self._deck.now_us()
        self._take.ask(self._asked_us)

    async def beside(self, event: Callable[P, None], *args: P.args, **kwargs: P.kwargs) -> None:
        """Tell one of the last events while the event loop goes on, if much has to be redacted then."""
        if self._size_bytes < LARGE_BYTES or self._take.finished:
            event(*args, **kwargs)
        else:
            await beside(lambda: event(*args, **kwargs))

    def left(self) -> None:
        """The stream was closed: if it had not ended, the caller left early."""
        now = self._deck.now_us()
        if not self._take.finished:
            self._tell(self._take.abandon, now)
        self._deck.ended(self._call, now, completed=False)

    def unanswered(self, error: BaseException) -> None:
        """The inner transport raised: an error of its own is a failure, and a cancellation abandons the request."""
        if isinstance(error, self._dialect.transport_error):
            self._fail(error)
        elif isinstance(error, Exception):
            # Not an error of the transport but of an application called in process: nothing that could be replayed.
            with self._deck.lock:
                self._deck.drop(self._take)
            self._deck.ended(self._call, self._deck.now_us(), completed=False)
        else:
            self.left()

    def broken(self, error: Exception) -> None:
        """The body failed. (A reader that leaves, by GeneratorExit or a cancellation, closes the stream next.)"""
        if isinstance(error, self._dialect.transport_error):
            self._fail(error)
        else:
            self._take.ask(None)  # it was answered, though by nothing that could be replayed

    def ended(self) -> None:
        """The body came to its end."""
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

    def extensions(self, request: Any, *, asynchronous: bool) -> dict[str, Any]:
        """The request's extensions with a trace of ours before the user's own (httpcore's trace extension)."""
        own = request.extensions.get("trace")
        trace = self._async_trace(own) if asynchronous else self._sync_trace(own)
        extensions = {**request.extensions, "trace": trace}
        if own is None:
            self._heard = extensions
        return extensions

    def _note(self, event: str) -> None:
        if not self._pooled:  # whatever comes first: before it there is only the wait for the client's pool
            self._pooled = True
            self._take.pooled(self._deck.now_us())
        if event.endswith(("connect_tcp.complete", "connect_unix_socket.complete", "start_tls.complete")):
            self._take.connected(self._deck.now_us())
        elif event.endswith("send_request_body.complete"):
            self._take.sent(self._deck.now_us())

    def _async_trace(self, own: Any) -> Any:
        async def trace(event: str, details: dict[str, Any]) -> None:
            self._note(event)
            if own is not None:
                result = own(event, details)
                if inspect.isawaitable(result):
                    await result

        return trace

    def _sync_trace(self, own: Any) -> Any:
        def trace(event: str, details: dict[str, Any]) -> None:
            self._note(event)
            if own is not None:
                own(event, details)

        return trace
