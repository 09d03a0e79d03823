"""Bodies on their way: the tee that records a stream as the caller reads it, and the stream that replays one.

The classes are made for each library, since a client accepts only streams of its own base classes. Clean-up is in
`aclose()`: when a caller leaves a stream early, a generator's `finally` runs only at collection.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from playhead.clients.httpx.listening import wait_for_more, wait_for_more_sync
from playhead.clients.httpx.replaying import Playback, unbind
from playhead.deck.beside import beside
from playhead.deck.waiting import pass_async, pass_sync
from playhead.errors import PlayheadError
from playhead.model.cassette import Exchange
from playhead.model.http import BodyFile
from playhead.store.bodies import iter_body

if TYPE_CHECKING:
    from playhead.clients.httpx.recording import Recorder

__all__ = ["async_stream_classes", "file_stream_class", "sync_stream_classes"]

_BLOCK_BYTES = 65_536


def async_stream_classes(base: type[Any]) -> tuple[type[Any], type[Any]]:  # noqa: C901  # two classes, each simple
    """The tee and the replay stream of one library's asynchronous side."""

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
            unbind(self)
            try:
                await self._recorder.beside(self._recorder.left)
            finally:
                await self._stream.aclose()

    class AsyncReplay(Playback, base):  # type: ignore[misc]  # a base class that is chosen at run time
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


def sync_stream_classes(base: type[Any]) -> tuple[type[Any], type[Any]]:  # noqa: C901  # two classes, each simple
    """The tee and the replay stream of one library's synchronous side."""

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
            unbind(self)
            try:
                self._recorder.left()
            finally:
                self._stream.close()

    class Replay(Playback, base):  # type: ignore[misc]  # a base class that is chosen at run time
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

    return Tee, Replay


def file_stream_class(sync_base: type[Any], async_base: type[Any]) -> type[Any]:
    """A stream over a spooled body, for clients of either kind."""

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
