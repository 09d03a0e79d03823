"""Request bodies on their way in: read once, kept in memory or (8 MiB and more) in a file without a name, and still
sent on in full.

A body that the client holds in memory is taken as it is. A one-shot iterator is read here, and the transport gets a
stream that plays it again.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from playhead.engine.take import Sink
from playhead.fronts.dialect import Dialect
from playhead.model.http import LARGE_BODY_BYTES, BodyFile
from playhead.redaction.streams import BodyStream
from playhead.store.held import HeldFile
from playhead.store.spools import HeldSpool

if TYPE_CHECKING:
    from playhead.fronts.deck import Deck

__all__ = ["held", "read_async", "read_sync"]


class _Digest:
    """Takes a body that only needs to be found: beyond 8 MiB the digest of its redacted form will do."""

    def __init__(self, redaction: BodyStream) -> None:
        self._redaction = redaction
        self._sha = hashlib.sha256()
        self._parts: list[bytes] = []
        self._sizes = [0, 0]  # as it was sent, and as it would be stored

    def write(self, chunk: bytes) -> None:
        self._sizes[0] += len(chunk)
        if self._sizes[0] < LARGE_BODY_BYTES:
            self._parts.append(chunk)
        else:
            self._parts.clear()
        self._digest(self._redaction.feed(chunk))

    def finish(self) -> bytes | BodyFile:
        if self._sizes[0] < LARGE_BODY_BYTES:
            return b"".join(self._parts)
        self._digest(self._redaction.finish())
        digest = self._sha.hexdigest()
        return BodyFile(f"bodies/{digest}.bin", digest, self._sizes[1])

    def _digest(self, redacted: bytes) -> None:
        self._sha.update(redacted)
        self._sizes[1] += len(redacted)


def held(deck: Deck, request: Any, dialect: Dialect) -> bytes | BodyFile | None:
    """The body of a request that has it in memory, as most have; `None` if it has to be read."""
    try:
        content: bytes = request.content
    except dialect.module.RequestNotRead:
        return None
    return content if len(content) < LARGE_BODY_BYTES else _large(deck, request, content)


async def read_async(deck: Deck, request: Any, dialect: Dialect) -> bytes | BodyFile:
    """Read the request's body; the request can still be sent afterwards."""
    sink = _sink(deck, request)
    async for chunk in request.stream:
        sink.write(chunk)
    return _put_back(request, sink.finish(), dialect)


def read_sync(deck: Deck, request: Any, dialect: Dialect) -> bytes | BodyFile:
    """The same for a synchronous client."""
    sink = _sink(deck, request)
    for chunk in request.stream:
        sink.write(chunk)
    return _put_back(request, sink.finish(), dialect)


def _sink(deck: Deck, request: Any) -> Sink:
    if deck.recording:
        return HeldSpool(deck.path.parent)
    return _Digest(deck.redactor.stream(request.headers.get("content-type", "")))


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
