"""Responses that take their body at once where it lies ready: in memory, whole and due now.

A client reads each body through four generators, one around the other, and decodes what was decoded when it was
recorded. On replay that takes longer than all the rest of a small response. What a program gets to see is the library's
own response: one of these becomes that when it is read, copied or pickled. Where more than the client has come around
the stream, such as a transport or an event hook that counts the bytes, or where a name is gone that this needs, the
body is read as the library reads it.
"""

from __future__ import annotations

import sys
from typing import Any, SupportsIndex

from playhead.clients.httpx.library import Library
from playhead.clients.httpx.streams import Replay
from playhead.clients.playback import Ready

__all__ = ["response_class"]


def response_class(library: Library) -> Any:
    """Return the class of the responses that are replayed to a library's clients."""
    base: Any = library.Response
    client = sys.modules.get(f"{base.__module__}._client")
    bound, async_bound = (getattr(client, name, None) for name in ("BoundSyncStream", "BoundAsyncStream"))
    codings = frozenset(getattr(sys.modules.get(f"{base.__module__}._decoders"), "SUPPORTED_DECODERS", ()))
    if not vars(base(200, content=b"")).keys() >= {"_content", "_num_bytes_downloaded"}:
        return base

    class Response(base):  # type: ignore[misc]  # a base class that is chosen at run time
        __module__ = base.__module__
        __qualname__ = base.__qualname__

        def read(self) -> bytes:
            self.__class__ = base
            ready = _taken(self, bound, codings)
            if ready is None:
                return self.read()
            self.stream.close()
            self._content, self._num_bytes_downloaded = ready
            return ready.content

        async def aread(self) -> bytes:
            self.__class__ = base
            ready = _taken(self, async_bound, codings)
            if ready is None:
                return await self.aread()
            await self.stream.aclose()
            self._content, self._num_bytes_downloaded = ready
            return ready.content

        def __reduce_ex__(self, protocol: SupportsIndex) -> Any:
            self.__class__ = base
            return self.__reduce_ex__(protocol)

    return Response


def _taken(response: Any, bound: type[Any] | None, codings: frozenset[str]) -> Ready | None:
    """Return the body if it lies ready, and mark the response as read; else `None`.

    `bound` is the class of what the client puts around a stream, and `codings` are those that it undoes.
    """
    stream, headers = response.stream, response.headers
    if type(stream) is not bound or response.is_stream_consumed or response.is_closed or hasattr(response, "_content"):
        return None
    coding = headers["content-encoding"].strip().lower() if "content-encoding" in headers else None
    replay = getattr(stream, "_stream", None)
    if not isinstance(replay, Replay) or (coding is not None and coding not in codings):
        return None
    ready = replay.ready(coding)
    if ready is not None:
        replay.whole = response.is_stream_consumed = response.is_closed = True
    return ready
