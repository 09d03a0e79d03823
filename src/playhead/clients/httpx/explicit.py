"""The explicit transports: a deck, and an inner transport that is built when it is first needed.

While replaying it never is, so no connection pool and no TLS context is made.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, Generic, TypeVar, cast

from playhead.clients.handling import handle, handle_async
from playhead.clients.httpx.front import async_front_of, front_of
from playhead.clients.httpx.library import NativeRequest
from playhead.deck.ports import ClientDeck
from playhead.deck.suspension import suspended
from playhead.errors import NetworkBlocked, UsageError

__all__ = ["AsyncInner", "Inner"]

Req = TypeVar("Req")
Res = TypeVar("Res")

IN_PROCESS = ("ASGITransport", "WSGITransport", "MockTransport")


class _Inner:
    def __init__(self, deck: ClientDeck, inner: Any, network: Callable[[], object]) -> None:
        self._deck = deck
        self._given = inner
        self._network = network
        self._ready: Any = None
        self._entered = False
        self._library = network.__module__.partition(".")[0]
        # What an application in this process asks of others still belongs to the open deck.
        self._in_process = type(inner).__name__ in IN_PROCESS

    def _check_library(self, request: object) -> None:
        """Refuse a request of httpx2 on a transport of httpx, which would fail an assertion without a message."""
        if self._given is not None:
            return
        asking = type(request).__module__.partition(".")[0]
        if asking != self._library:
            raise UsageError(
                f"A transport of playhead.{self._library} got a request of {asking}: use the one of playhead.{asking}."
            )

    def _make_ready(self) -> None:
        """Make the network's transport before a recorded request starts.

        A client has made its own by then, and the time that it takes (TLS) does not belong to the request.
        """
        if self._deck.recording and self._given is None and self._ready is None:
            self._ready = self._network()

    def _closed(self) -> NetworkBlocked:
        return NetworkBlocked(
            f"The cassette {self._deck.name} of this transport has closed: make the request before the deck ends."
        )


class AsyncInner(_Inner, Generic[Req, Res]):
    """Serves an `AsyncTransport`."""

    def handle(self, request: Req) -> Coroutine[object, object, Res]:
        """Answer a request from the deck or by the inner transport."""
        __tracebackhide__ = True  # pytest shows the line of the test instead
        if not self._deck.is_open:
            raise self._closed()
        self._make_ready()
        native = cast(NativeRequest, request)
        return cast("Coroutine[Any, Any, Res]", handle_async(self._deck, native, self._send, async_front_of(native)))

    async def _send(self, request: object) -> object:
        __tracebackhide__ = True
        self._check_library(request)
        inner = await self._opened()
        if self._in_process:
            return await inner.handle_async_request(request)
        with suspended():
            return await inner.handle_async_request(request)

    async def _opened(self) -> Any:
        if self._given is None:
            self._given = self._ready or self._network()
            if self._entered:
                await self._given.__aenter__()
        return self._given

    async def enter(self) -> None:
        """Enter the inner transport with the client."""
        if self._deck.recording and self._given is None:
            self._given = self._network()  # now, lest what it takes be recorded as the first request's wait
        self._entered = True
        if self._given is not None:
            await self._given.__aenter__()

    async def leave(self, *exit_arguments: object) -> None:
        """Leave the inner transport with the client."""
        self._entered = False
        if self._given is not None:
            await self._given.__aexit__(*exit_arguments)

    async def close(self) -> None:
        """Close the inner transport."""
        if self._given is not None:
            await self._given.aclose()


class Inner(_Inner, Generic[Req, Res]):
    """Serves a `Transport`."""

    def handle(self, request: Req) -> Res:
        """Answer a request from the deck or by the inner transport."""
        __tracebackhide__ = True  # pytest shows the line of the test instead
        if not self._deck.is_open:
            raise self._closed()
        self._make_ready()
        native = cast(NativeRequest, request)
        return cast(Res, handle(self._deck, native, self._send, front_of(native)))

    def _send(self, request: Any) -> Any:
        __tracebackhide__ = True
        self._check_library(request)
        inner = self._opened()
        if self._in_process:
            return inner.handle_request(request)
        with suspended():
            return inner.handle_request(request)

    def _opened(self) -> Any:
        if self._given is None:
            self._given = self._ready or self._network()
            if self._entered:
                self._given.__enter__()
        return self._given

    def enter(self) -> None:
        """Enter the inner transport with the client."""
        if self._deck.recording and self._given is None:
            self._given = self._network()  # now, lest what it takes be recorded as the first request's wait
        self._entered = True
        if self._given is not None:
            self._given.__enter__()

    def leave(self, *exit_arguments: Any) -> None:
        """Leave the inner transport with the client."""
        self._entered = False
        if self._given is not None:
            self._given.__exit__(*exit_arguments)

    def close(self) -> None:
        """Close the inner transport."""
        if self._given is not None:
            self._given.close()
