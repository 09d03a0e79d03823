"""Request bodies on their way in: read once, kept in memory or (8 MiB and more) in a file without a name, and still
sent on in full.

A body that the client holds in memory is taken as it is. A one-shot iterator is read here, and the transport gets a
stream that plays it again.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from playhead.clients.httpx.dialect import Dialect
from playhead.deck.beside import beside
from playhead.deck.salvage import LARGEST_DECODED_BYTES
from playhead.deck.uploads import Digest
from playhead.engine.take import Sink
from playhead.model.http import LARGE_BODY_BYTES, BodyFile
from playhead.store.held import HeldFile
from playhead.store.spools import HeldSpool

if TYPE_CHECKING:
    from playhead.deck.session import Deck

__all__ = ["held", "held_async", "read_async", "read_sync"]


def held(deck: Deck, request: Any, dialect: Dialect) -> bytes | BodyFile | None:
    """The body of a request that has it in memory, as most have; `None` if it has to be read."""
    try:
        content: bytes = request.content
    except dialect.module.RequestNotRead:
        return None
    return content if len(content) < LARGE_BODY_BYTES else _large(deck, request, content)


async def held_async(deck: Deck, request: Any, dialect: Dialect) -> bytes | BodyFile | None:
    """The same for an asynchronous client: its event loop goes on while the digest of a large body is made."""
    try:
        content: bytes = request.content
    except dialect.module.RequestNotRead:
        return None
    if len(content) < LARGE_BODY_BYTES:
        return content
    if deck.recording and len(content) < LARGEST_DECODED_BYTES:
        return _large(deck, request, content)  # quick, and the request keeps its place among others
    return await beside(lambda: _large(deck, request, content))


async def read_async(deck: Deck, request: Any, dialect: Dialect) -> bytes | BodyFile:
    """Read the request's body; the request can still be sent afterwards."""
    sink = _sink(deck, request)
    size = 0
    async for chunk in request.stream:
        size += len(chunk)
        if size < LARGE_BODY_BYTES or deck.recording:
            sink.write(chunk)
        else:
            await beside(partial(sink.write, chunk))
    return _put_back(request, await beside(sink.finish) if size >= LARGE_BODY_BYTES else sink.finish(), dialect)


def read_sync(deck: Deck, request: Any, dialect: Dialect) -> bytes | BodyFile:
    """The same for a synchronous client."""
    sink = _sink(deck, request)
    for chunk in request.stream:
        sink.write(chunk)
    return _put_back(request, sink.finish(), dialect)


def _sink(deck: Deck, request: Any) -> Sink:
    if deck.recording or deck.redactor.first_edition:  # which redacted otherwise: a digest finds nothing there
        return HeldSpool(deck.path.parent)
    stream = deck.redactor.stream(request.headers.get("content-type", ""))
    if "content-encoding" in request.headers:
        return Digest(stream, LARGEST_DECODED_BYTES + 1)  # to be decoded first
    return Digest(stream)


def _large(deck: Deck, request: Any, content: bytes) -> bytes | BodyFile:
    sink = _sink(deck, request)
    sink.write(content)
    return sink.finish()


def _put_back(request: Any, body: bytes | BodyFile, dialect: Dialect) -> bytes | BodyFile:
    if isinstance(body, bytes):
        request.stream = dialect.module.ByteStream(body)
    elif isinstance(body, HeldFile):
        request.stream = dialect.file_stream(body)
    return body
