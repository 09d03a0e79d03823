"""Responses that take their body at once where it lies ready: in memory, whole and due now.

A client reads each body through four generators, one around the other, and decodes what was decoded when it was
recorded. On replay that takes longer than all the rest of a small response. What a program gets to see is the library's
own response: one of these becomes that when it is read, copied or pickled. Where more than the client has come around
the stream, such as a transport or an event hook that counts the bytes, where a program has replaced a method that
reads, or where a name is gone that this needs, the body is read as the library reads it.
"""

from __future__ import annotations

import sys
from operator import attrgetter
from typing import Any, NamedTuple, SupportsIndex

from playhead.clients.httpx.library import Library, codings_of_library
from playhead.clients.httpx.streams import Replay
from playhead.clients.playback import Ready

__all__ = ["response_class"]

_READING = ("read", "aread", "iter_bytes", "aiter_bytes", "iter_raw", "aiter_raw", "close", "aclose")
"""The methods through which a library reads a body."""

_reading = attrgetter(*_READING)


def response_class(library: Library) -> Any:
    """Return the class of the responses that are replayed to a library's clients."""
    base: Any = library.Response
    client = sys.modules.get(f"{base.__module__}._client")
    bound, async_bound = (getattr(client, name, None) for name in ("BoundSyncStream", "BoundAsyncStream"))
    known = _Known(base, _reading(base), codings_of_library(base.__module__) or frozenset())
    if not known.is_whole() or not vars(base(200, content=b"")).keys() >= {"_content", "_num_bytes_downloaded"}:
        return base

    class Response(base):  # type: ignore[misc]  # a base class that is chosen at run time
        __module__ = base.__module__
        __qualname__ = base.__qualname__

        def read(self) -> Any:
            ready = _taken(self, bound, known)
            _become(self, Response, base)
            if ready is None:
                return base.read(self)
            self.stream.close()
            self._content, self._num_bytes_downloaded = ready
            return ready.content

        async def aread(self) -> Any:
            ready = _taken(self, async_bound, known)
            _become(self, Response, base)
            if ready is None:
                return await base.aread(self)
            await self.stream.aclose()
            self._content, self._num_bytes_downloaded = ready
            return ready.content

        def __reduce_ex__(self, protocol: SupportsIndex) -> Any:
            _become(self, Response, base)
            return base.__reduce_ex__(self, protocol)

    return Response


class _Known(NamedTuple):
    """A library as the short way knows it: its own reading methods, and the codings that it undoes."""

    base: type[Any]
    methods: tuple[Any, ...]
    codings: frozenset[str]

    def is_whole(self) -> bool:
        """Return False if a program has already replaced one of the methods: they all stand in one file."""
        codes = [getattr(method, "__code__", None) for method in self.methods]
        return len({getattr(code, "co_filename", code) for code in codes}) == 1

    def is_untouched(self, response: Any) -> bool:
        """Return False if a program has put something of its own in place of a method that reads."""
        own = type(response).__base__ is self.base and vars(response).keys().isdisjoint(_READING)
        return own and _reading(self.base) == self.methods


def _become(response: Any, ours: type[Any], base: type[Any]) -> None:
    if type(response) is ours:  # not a class that a program has made of it
        response.__class__ = base


def _taken(response: Any, bound: type[Any] | None, known: _Known) -> Ready | None:
    """Return the body if it lies ready, and mark the response as read; else `None`.

    `bound` is the class of what the client puts around a stream.
    """
    if not known.is_untouched(response):
        return None
    stream, headers = response.stream, response.headers
    if type(stream) is not bound or response.is_stream_consumed or response.is_closed or hasattr(response, "_content"):
        return None
    coding = headers["content-encoding"].strip().lower() if "content-encoding" in headers else None
    replay = getattr(stream, "_stream", None)
    if not isinstance(replay, Replay) or (coding is not None and coding not in known.codings):
        return None
    ready = replay.ready(coding)
    if ready is not None:
        replay.whole = response.is_stream_consumed = response.is_closed = True
    return ready
