"""Reads request bodies once, and lets them still be sent in full.

A body that the client holds in memory is taken as it is. A one-shot iterator is read here, and the transport gets a
stream that plays it again. Bodies of 8 MiB and more are kept in a file without a name.
"""

from __future__ import annotations

from functools import partial

from playhead.clients.httpx.library import NativeRequest
from playhead.deck.beside import beside
from playhead.deck.ports import ClientDeck
from playhead.deck.salvage import LARGEST_DECODED_BYTES
from playhead.deck.uploads import Digest
from playhead.engine.take import Sink
from playhead.model.http import LARGE_BODY_BYTES, BodyFile
from playhead.store.spools import HeldSpool

__all__ = ["held", "held_async", "read", "read_async"]


def held(deck: ClientDeck, native: NativeRequest, not_read: type[Exception]) -> bytes | BodyFile | None:
    """Return the body of a request that has it in memory, as most have; `None` if it has to be read."""
    try:
        content = native.content
    except not_read:
        return None
    return content if len(content) < LARGE_BODY_BYTES else _large(deck, native, content)


async def held_async(deck: ClientDeck, native: NativeRequest, not_read: type[Exception]) -> bytes | BodyFile | None:
    """Like `held`, but the event loop goes on while the digest of a large body is made."""
    try:
        content = native.content
    except not_read:
        return None
    if len(content) < LARGE_BODY_BYTES:
        return content
    if deck.recording and len(content) < LARGEST_DECODED_BYTES:
        return _large(deck, native, content)  # quick, and the request keeps its place among others
    return await beside(lambda: _large(deck, native, content))


def read(deck: ClientDeck, native: NativeRequest) -> bytes | BodyFile:
    """Read the body of a request."""
    sink = _sink(deck, native)
    for chunk in native.stream:
        sink.write(chunk)
    return sink.finish()


async def read_async(deck: ClientDeck, native: NativeRequest) -> bytes | BodyFile:
    """Like `read`, but the event loop goes on while a large body is worked on."""
    sink = _sink(deck, native)
    size = 0
    async for chunk in native.stream:
        size += len(chunk)
        if size < LARGE_BODY_BYTES or deck.recording:
            sink.write(chunk)
        else:
            await beside(partial(sink.write, chunk))
    return await beside(sink.finish) if size >= LARGE_BODY_BYTES else sink.finish()


def _sink(deck: ClientDeck, native: NativeRequest) -> Sink:
    if deck.recording or deck.redactor.first_edition:  # which redacted otherwise: a digest finds nothing there
        return HeldSpool(deck.folder)
    stream = deck.redactor.stream(native.headers.get("content-type", ""))
    if "content-encoding" in native.headers:
        return Digest(stream, LARGEST_DECODED_BYTES + 1)  # to be decoded first
    return Digest(stream)


def _large(deck: ClientDeck, native: NativeRequest, content: bytes) -> bytes | BodyFile:
    sink = _sink(deck, native)
    sink.write(content)
    return sink.finish()
