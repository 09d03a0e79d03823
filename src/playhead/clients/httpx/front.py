"""The front-end for httpx and httpx2, which speak alike: one `HttpxFront` and one `AsyncHttpxFront` for each.

The one for a request is found by the request's own class: a response must be built from the client's own module, and
its errors are the module's own classes. Under `httpx2.alias_httpx()` both names are one module.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any, cast

from playhead.clients.front import Head
from playhead.clients.httpx.bodies import held, held_async, read, read_async
from playhead.clients.httpx.library import (
    LIBRARIES,
    Library,
    MakesResponse,
    NativeRequest,
    NativeResponse,
    codings_of_library,
)
from playhead.clients.httpx.responses import response_class
from playhead.clients.httpx.streams import Replay, async_stream_classes, file_stream_class, sync_stream_classes
from playhead.clients.httpx.tracing import async_trace, sync_trace
from playhead.clients.playback import Playback
from playhead.clients.recording import Recorder
from playhead.deck.ports import ClientDeck
from playhead.engine.decisions import Play
from playhead.engine.pacing import NO_TIMEOUTS, Timeouts
from playhead.model.http import BodyFile, Failure, Headers, Request, Response
from playhead.store.held import HeldFile

__all__ = ["AsyncHttpxFront", "HttpxFront", "async_front_of", "codings_undone", "front_of", "pairs"]

_CODINGS = frozenset({"gzip", "deflate", "br", "zstd"})
"""The codings that both libraries can undo, given what they use for it."""

Tee = Callable[[Any, Recorder], Any]
Replays = Callable[[ClientDeck, Play, Callable[[Failure], Exception], Timeouts], Replay]


class _Front:
    """The side of a library that its async and sync clients share."""

    def __init__(self, library: Library, tee: Tee, replay: Replays) -> None:
        self.library = library
        self.transport_error = library.TransportError
        self._tee = tee
        self._replay = replay
        self._response = library.Response
        self._replayed: MakesResponse = response_class(library)
        self._file_stream = file_stream_class(library.SyncByteStream, library.AsyncByteStream)
        # The library copies the header fields that it is given, so that equal ones can be shared.
        self._headers = lru_cache(maxsize=256)(self._new_headers)

    def _new_headers(self, headers: Headers) -> object:
        return self.library.Headers([(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers])

    def request_of(self, native: NativeRequest, body: bytes | BodyFile) -> Request:
        """Return the request as the model has it. The client sends credentials in the URL apart."""
        text = str(native.url)
        if "@" in text or "#" in text:
            text = str(native.url.copy_with(userinfo=b"", fragment=None))
        return Request(native.method, text, pairs(tuple(native.headers.raw)), body)

    def timeouts_of(self, native: NativeRequest) -> Timeouts:
        """Return the client's timeouts, which httpx puts into the request's extensions in seconds."""
        timeout = native.extensions.get("timeout")
        if not timeout:
            return NO_TIMEOUTS
        return _timeouts(timeout.get("pool"), timeout.get("connect"), timeout.get("write"), timeout.get("read"))

    def error(self, failure: Failure) -> Exception:
        """Return the library's own exception, or its nearest relative if the library has no such class."""
        kind = getattr(self.library, failure.kind, None)
        if not (isinstance(kind, type) and issubclass(kind, self.library.RequestError)):
            kind = self.transport_error
        error: Exception = kind(failure.message)
        return error

    def playback(self, deck: ClientDeck, play: Play, timeouts: Timeouts) -> Playback:
        """Return the playback that is also the stream of the response."""
        return self._replay(deck, play, self.error, timeouts)

    def respond(self, playback: Playback) -> NativeResponse:
        """Return the response with the playback as its stream."""
        recorded = playback.exchange.response
        assert recorded is not None
        response = self._replayed(
            recorded.status,
            headers=self._headers(playback.fields(recorded)),
            stream=playback,
            extensions={
                "http_version": recorded.http.encode("latin-1"),
                "reason_phrase": recorded.reason.encode("latin-1"),
            },
        )
        cast(Replay, playback).response = response
        return response

    def answer(self, response: Response) -> NativeResponse:
        """Return a whole response as a native one."""
        assert isinstance(response.body, bytes)  # a test gave it
        return self._response(
            response.status,
            headers=self._headers(response.headers),
            stream=self.library.ByteStream(response.body),
            extensions={"http_version": b"HTTP/1.1", "reason_phrase": response.reason.encode("latin-1")},
        )

    def response_of(self, value: Any) -> Response | None:
        """Return a response that a test made with httpx or httpx2 as the model has it."""
        if not hasattr(value, "status_code") or not hasattr(value, "headers"):
            return None
        return Response(
            value.status_code, value.reason_phrase, headers=pairs(tuple(value.headers.raw)), body=value.content
        )

    def head_of(self, answer: NativeResponse) -> Head:
        """Return the head of a live response."""
        reason = answer.extensions.get("reason_phrase", b"").decode("latin-1")
        http = answer.extensions.get("http_version", b"HTTP/1.1").decode("latin-1")
        return Head(answer.status_code, pairs(tuple(answer.headers.raw)), reason, http)

    def teed(self, answer: NativeResponse, recorder: Recorder) -> NativeResponse:
        """Return a live response whose body also goes to the recorder."""
        stream = self._tee(answer.stream, recorder)
        if not answer.is_stream_consumed and not answer.is_closed:
            answer.stream = stream
        else:
            # Built by an in-process transport with its body read already: the client would never ask the tee for it.
            answer = self._response(
                answer.status_code, headers=answer.headers.raw, stream=stream, extensions=answer.extensions
            )
        stream.response = answer
        return answer

    def put_back(self, native: NativeRequest, body: bytes | BodyFile) -> bytes | BodyFile:
        """Let the request be sent with a body that was read."""
        if isinstance(body, bytes):
            native.stream = self.library.ByteStream(body)
        elif isinstance(body, HeldFile):
            native.stream = self._file_stream(body)
        return body


class HttpxFront(_Front):
    """Serves `Client`."""

    def __init__(self, library: Library) -> None:
        super().__init__(library, *sync_stream_classes(library.SyncByteStream))

    def held(self, deck: ClientDeck, native: NativeRequest) -> bytes | BodyFile | None:
        """Return the body of a request that has it in memory, as most have; `None` if it has to be read."""
        return held(deck, native, self.library.RequestNotRead)

    def read(self, deck: ClientDeck, native: NativeRequest) -> bytes | BodyFile:
        """Read the body of a request, which can still be sent afterwards."""
        return self.put_back(native, read(deck, native))

    def forwarded(self, native: NativeRequest, recorder: Recorder) -> NativeRequest:
        """Return the request with a trace of ours; the caller's own object stays as it is."""
        return _with_trace(native, recorder, sync_trace(recorder, native.extensions.get("trace")))

    def close(self, answer: NativeResponse) -> None:
        """Close a live response without reading it."""
        answer.close()


class AsyncHttpxFront(_Front):
    """Serves `AsyncClient`."""

    def __init__(self, library: Library) -> None:
        super().__init__(library, *async_stream_classes(library.AsyncByteStream))

    def load(self, deck: ClientDeck) -> None:
        """Import what the client loads at its first request (httpcore, by way of anyio).

        It takes longer than many a request, and would pass for waiting for the client's pool.
        """
        if deck.recording:
            import anyio

            anyio.get_cancelled_exc_class()

    async def held(self, deck: ClientDeck, native: NativeRequest) -> bytes | BodyFile | None:
        """Return the body of a request that has it in memory, as most have; `None` if it has to be read."""
        return await held_async(deck, native, self.library.RequestNotRead)

    async def read(self, deck: ClientDeck, native: NativeRequest) -> bytes | BodyFile:
        """Read the body of a request, which can still be sent afterwards."""
        return self.put_back(native, await read_async(deck, native))

    def forwarded(self, native: NativeRequest, recorder: Recorder) -> NativeRequest:
        """Return the request with a trace of ours; the caller's own object stays as it is."""
        return _with_trace(native, recorder, async_trace(recorder, native.extensions.get("trace")))

    async def close(self, answer: NativeResponse) -> None:
        """Close a live response without reading it."""
        await answer.aclose()


def _with_trace(native: NativeRequest, recorder: Recorder, trace: object) -> NativeRequest:
    """Return a copy of the request with a trace before the user's own (httpcore's trace extension)."""
    extensions = {**native.extensions, "trace": trace}
    if native.extensions.get("trace") is None:
        recorder.heard = partial(extensions.pop, "trace", None)  # what comes of the body passes through the tee
    forwarded: NativeRequest = object.__new__(type(native))  # copy.copy leaves the stream behind, as pickling does
    vars(forwarded).update(vars(native), extensions=extensions)
    return forwarded


@lru_cache(maxsize=8)
def _front(name: str) -> HttpxFront:
    return HttpxFront(cast(Library, sys.modules[name]))


@lru_cache(maxsize=8)
def _async_front(name: str) -> AsyncHttpxFront:
    return AsyncHttpxFront(cast(Library, sys.modules[name]))


def front_of(native: object) -> HttpxFront:
    """Return the front-end for a synchronous request, by the module that its class comes from."""
    return _front(type(native).__module__.partition(".")[0])


def async_front_of(native: object) -> AsyncHttpxFront:
    """Return the front-end for an asynchronous request, by the module that its class comes from."""
    return _async_front(type(native).__module__.partition(".")[0])


@lru_cache(maxsize=256)
def pairs(raw: tuple[tuple[bytes, bytes], ...]) -> Headers:
    """Return raw header fields as the model has them. Equal ones are the same object: clients send the same again."""
    return tuple([(name.decode("latin-1"), value.decode("latin-1")) for name, value in raw])


@lru_cache(maxsize=64)
def _timeouts(*seconds: float | None) -> Timeouts:
    return Timeouts(*(None if each is None else round(each * 1e6) for each in seconds))


def codings_undone() -> list[frozenset[str]]:
    """Return the content codings that each client library which is loaded undoes for its callers here and now.

    `br` and `zstd` take packages that may be missing. A body in another coding reaches the caller as it came.
    """
    loaded = map(codings_of_library, LIBRARIES)
    return [_CODINGS & each for each in loaded if each is not None] or [_CODINGS]
