"""Request bodies on their way in: read once, kept in memory or (8 MiB and more) in a file, and still sent on in full.

A body that the client holds in memory is taken as it is. A one-shot iterator is read here, and the transport gets a
stream that plays it again.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from playhead.codecs.limits import LARGE_BODY_BYTES
from playhead.engine.take import Sink
from playhead.fronts.dialect import Dialect
from playhead.model.http import BodyFile
from playhead.store.spools import spool

if TYPE_CHECKING:
    from playhead.fronts.deck import Deck

__all__ = ["read_async", "read_sync"]


class _Digest:
    """Takes a body that only needs to be found: beyond 8 MiB its digest will do."""

    def __init__(self) -> None:
        self._sha = hashlib.sha256()
        self._parts: list[bytes] = []
        self._size = 0

    def write(self, chunk: bytes) -> None:
        self._sha.update(chunk)
        self._size += len(chunk)
        if self._size < LARGE_BODY_BYTES:
            self._parts.append(chunk)
        else:
            self._parts.clear()

    def finish(self) -> bytes | BodyFile:
        if self._size < LARGE_BODY_BYTES:
            return b"".join(self._parts)
        digest = self._sha.hexdigest()
        return BodyFile(f"bodies/{digest}.bin", digest, self._size)


async def read_async(deck: Deck, request: Any, dialect: Dialect) -> bytes | BodyFile:
    """The request's body; the request can still be sent afterwards."""
    try:
        content = request.content
    except dialect.module.RequestNotRead:
        sink = _sink(deck)
        async for chunk in request.stream:
            sink.write(chunk)
        return _put_back(request, sink.finish(), dialect)
    return _large(deck, content)


def read_sync(deck: Deck, request: Any, dialect: Dialect) -> bytes | BodyFile:
    """The same for a synchronous client."""
    try:
        content = request.content
    except dialect.module.RequestNotRead:
        sink = _sink(deck)
        for chunk in request.stream:
            sink.write(chunk)
        return _put_back(request, sink.finish(), dialect)
    return _large(deck, content)


def _sink(deck: Deck) -> Sink:
    return spool(deck.path.parent) if deck.recording else _Digest()


def _large(deck: Deck, content: bytes) -> bytes | BodyFile:
    if len(content) < LARGE_BODY_BYTES:
        return content
    sink = _sink(deck)
    sink.write(content)
    return sink.finish()


def _put_back(request: Any, body: bytes | BodyFile, dialect: Dialect) -> bytes | BodyFile:
    if isinstance(body, bytes):
        request.stream = dialect.module.ByteStream(body)
    elif body.folder:
        request.stream = dialect.file_stream(body)
    return body
