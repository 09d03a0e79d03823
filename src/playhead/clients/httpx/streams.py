"""Bodies on their way: the tee that records a stream as the caller reads it, and the stream that replays one.

The classes are made for each library, since a client accepts only streams of its own base classes. Clean-up is in
`aclose()`: when a caller leaves a stream early, a generator's `finally` runs only at collection.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

from playhead.clients.listening import wait_for_more, wait_for_more_sync
from playhead.clients.playback import Playback
from playhead.clients.recording import Recorder
from playhead.deck.beside import beside
from playhead.deck.waiting import pass_async, pass_sync
from playhead.errors import PlayheadError
from playhead.model.cassette import Exchange
from playhead.model.http import BodyFile
from playhead.store.bodies import iter_body

__all__ = ["Replay", "async_stream_classes", "file_stream_class", "sync_stream_classes"]

_BLOCK_BYTES = 65_536


class Replay(Playback):
    """A playback that is the stream of a response too."""

    response: Any = None

    def close(self) -> None:
        """Note that the client is done with the response, which now says how long it took when it was recorded."""
        if self.response is not None:
            timing = self.exchange.timing
            if timing.known:  # else it is the time of this replay, as the client took it
                self.response.elapsed = timedelta(0, 0, timing.last_us - timing.start_us)
            _unbind(self)
        super().close()


def _unbind(stream: Any) -> None:
    """Let go of what httpx has put around a stream that has closed, and what refers back to the response.

    Without this cycle the response goes with the last reference to it. With it, the collector has to come. (What
    httpx2 puts there makes no cycle, and keeps the time elapsed.)
    """
    response, stream.response = stream.response, None
    if response is not None and not hasattr(response.stream, "elapsed"):
        response.stream = stream


def async_stream_classes(base: type[Any]) -> tuple[type[object], type[Any]]:  # noqa: C901  # two classes, each simple
    """Return the tee and the replay stream for a library's asynchronous clients."""

    class AsyncTee(base):  # type: ignore[misc]  # a base class that is chosen at run time
        def __init__(self, stream: Any, recorder: Recorder) -> None:
            self._stream = stream
            self._recorder = recorder
            self.response: Any = None

        async def __aiter__(self) -> AsyncIterator[bytes]:
            recorder = self._recorder
            recorder.ask()
            try:
                async for chunk in self._stream:
                    recorder.chunk(chunk)
                    yield chunk
                    recorder.ask()
            except Exception as error:
                await recorder.beside(recorder.broken, error)
                raise
            await recorder.beside(recorder.ended)

        async def aclose(self) -> None:
            _unbind(self)
            try:
                await self._recorder.beside(self._recorder.left)
            finally:
                await self._stream.aclose()

    class AsyncReplay(Replay, base):  # type: ignore[misc]  # a base class that is chosen at run time
        async def __aiter__(self) -> AsyncIterator[bytes]:
            await _check_beside(self.exchange)
            pieces = self.at_hand()
            if pieces is not None:
                for piece in pieces:
                    if piece:
                        yield piece
                self.whole = True
                return
            for event in self.events():
                if event.waits:
                    raise await wait_for_more(self)
                await pass_async(self.deck, self.passage, event.at_us, self.slot, event.next_us)
                if event.error is not None:
                    self.whole = self.exchange.steady
                    raise event.error
                if event.data:
                    yield event.data
            self.whole = True

        async def aclose(self) -> None:
            self.close()

    return AsyncTee, AsyncReplay


async def _check_beside(exchange: Exchange) -> None:
    """Check the digest of a large body while the event loop goes on; what is wrong with it is told when it is read."""
    body = None if exchange.response is None else exchange.response.body
    if isinstance(body, BodyFile):
        with suppress(PlayheadError):
            await beside(lambda: next(iter_body(body, ()), None))


def sync_stream_classes(base: type[Any]) -> tuple[type[object], type[Any]]:  # noqa: C901  # two classes, each simple
    """Return the tee and the replay stream for a library's synchronous clients."""

    class Tee(base):  # type: ignore[misc]  # a base class that is chosen at run time
        def __init__(self, stream: Any, recorder: Recorder) -> None:
            self._stream = stream
            self._recorder = recorder
            self.response: Any = None

        def __iter__(self) -> Iterator[bytes]:
            recorder = self._recorder
            recorder.ask()
            try:
                for chunk in self._stream:
                    recorder.chunk(chunk)
                    yield chunk
                    recorder.ask()
            except Exception as error:
                recorder.broken(error)
                raise
            recorder.ended()

        def close(self) -> None:
            _unbind(self)
            try:
                self._recorder.left()
            finally:
                self._stream.close()

    class SyncReplay(Replay, base):  # type: ignore[misc]  # a base class that is chosen at run time
        def __iter__(self) -> Iterator[bytes]:
            pieces = self.at_hand()
            if pieces is not None:
                for piece in pieces:
                    if piece:
                        yield piece
                self.whole = True
                return
            for event in self.events():
                if event.waits:
                    raise wait_for_more_sync(self)
                pass_sync(self.deck, self.passage, event.at_us, self.slot, event.next_us)
                if event.error is not None:
                    self.whole = self.exchange.steady
                    raise event.error
                if event.data:
                    yield event.data
            self.whole = True

    return Tee, SyncReplay


def file_stream_class(sync_base: type[Any], async_base: type[Any]) -> type[Any]:
    """Return the class of a stream over a spooled body, for clients of either kind."""

    class FileStream(sync_base, async_base):  # type: ignore[misc]  # likewise
        def __init__(self, body: BodyFile) -> None:
            self._body = body

        def __iter__(self) -> Iterator[bytes]:
            whole, rest = divmod(self._body.size_bytes, _BLOCK_BYTES)
            yield from iter_body(self._body, [_BLOCK_BYTES] * whole + [rest] * bool(rest))

        async def __aiter__(self) -> AsyncIterator[bytes]:
            for block in self:
                yield block

    return FileStream
