"""Explicit transports for httpx: wrap them around any inner transport, and nothing is patched."""

from __future__ import annotations

from collections.abc import Coroutine
from types import TracebackType
from typing import Any, Self

import httpx

from playhead.clients.httpx.explicit import AsyncInner, Inner
from playhead.deck.deck import Deck, session_of

__all__ = ["AsyncTransport", "Transport"]


class AsyncTransport(httpx.AsyncBaseTransport):
    """Puts the requests of an `httpx.AsyncClient` on a deck's cassette.

    `inner` is what they go to while recording: any transport, by default the network.
    """

    def __init__(self, deck: Deck, inner: httpx.AsyncBaseTransport | None = None) -> None:
        self._inner: AsyncInner[httpx.Request, httpx.Response] = AsyncInner(
            session_of(deck), inner, httpx.AsyncHTTPTransport
        )

    def handle_async_request(self, request: httpx.Request) -> Coroutine[Any, Any, httpx.Response]:
        """Play the recorded response, or forward the request and record what comes."""
        return self._inner.handle(request)

    async def __aenter__(self) -> Self:
        await self._inner.enter()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        await self._inner.leave(exc_type, exc_value, traceback)

    async def aclose(self) -> None:
        """Close the inner transport."""
        await self._inner.close()


class Transport(httpx.BaseTransport):
    """Puts the requests of an `httpx.Client` on a deck's cassette."""

    def __init__(self, deck: Deck, inner: httpx.BaseTransport | None = None) -> None:
        self._inner: Inner[httpx.Request, httpx.Response] = Inner(session_of(deck), inner, httpx.HTTPTransport)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Play the recorded response, or forward the request and record what comes."""
        __tracebackhide__ = True  # pytest shows the line of the test instead
        return self._inner.handle(request)

    def __enter__(self) -> Self:
        self._inner.enter()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        self._inner.leave(exc_type, exc_value, traceback)

    def close(self) -> None:
        """Close the inner transport."""
        self._inner.close()
