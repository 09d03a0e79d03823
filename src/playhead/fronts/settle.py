"""What is kept of a finished exchange: content codings undone, secrets redacted, in this order, so that redaction sees
what a person would see. Large bodies go from file to file, piece by piece."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from playhead.codecs.coding import undo
from playhead.codecs.limits import DEFAULT
from playhead.model.cassette import Exchange
from playhead.model.http import BodyFile, Headers, Request, Response, header_values
from playhead.model.timing import Timing
from playhead.redaction.redact import Redactor
from playhead.redaction.streams import BodyStream
from playhead.store.bodies import iter_body
from playhead.store.files import remove
from playhead.store.spools import spool

__all__ = ["settled", "stored_upload"]

Body = bytes | BodyFile

CODINGS_OF_CLIENTS = frozenset({"gzip", "deflate", "br", "zstd"})
"""The codings that httpx and httpx2 undo for their callers. A body in another one is kept as it came (but for secrets
in it), so that the caller gets the very bytes that the service sent."""

LARGEST_DECODED_BYTES = 64 * 1024 * 1024
"""A compressed body beyond this size is kept as it was sent: undoing it takes as much memory again."""


def settled(exchange: Exchange, redactor: Redactor, folder: Path) -> Exchange:
    """The exchange as it goes to the journal and the cassette, which lies in `folder`."""
    decoded = _decoded(exchange, folder)
    stored = _with_file_redacted(redactor.exchange(decoded), exchange.request, redactor, folder)
    kept, dropped = stored, exchange
    if _left_encoded(decoded) and _body(stored) == _body(decoded):
        kept = replace(stored, response=_as_received(stored, exchange), timing=exchange.timing)
        dropped = decoded
    _drop(_body(dropped), _body(kept))
    return kept


def _left_encoded(decoded: Exchange) -> bool:
    """Return True if clients hand on the body as it came, since they do not know the coding that was undone here."""
    coding = None if decoded.response is None else decoded.response.coding
    return coding is not None and coding not in CODINGS_OF_CLIENTS


def _as_received(stored: Exchange, exchange: Exchange) -> Response | None:
    if stored.response is None or exchange.response is None:
        return stored.response
    return replace(stored.response, body=exchange.response.body, coding=None)


def _body(exchange: Exchange) -> Body:
    return b"" if exchange.response is None else exchange.response.body


def stored_upload(request: Request, redactor: Redactor, folder: Path) -> Request:
    """A request whose large body is still where it was spooled: redacted on its way to `folder`."""
    assert isinstance(request.body, BodyFile)
    stream = redactor.stream(next(header_values(request.headers, "content-type"), ""))
    body, _ = _redacted_copy(request.body, (), stream, folder)
    return replace(request, body=body)


def _decoded(exchange: Exchange, folder: Path) -> Exchange:
    """With the content coding of the response undone, if it can be."""
    response = exchange.response
    coding = None if response is None or not response.body else _coding(response.headers)
    if response is None or coding is None or _size(response.body) > LARGEST_DECODED_BYTES:
        return exchange
    sizes = [chunk.size_bytes for chunk in exchange.timing.chunks]
    whole = response.complete and exchange.failure is None
    pieces = undo(coding, list(iter_body(response.body, sizes)), DEFAULT.decoded_bytes, complete=whole)
    if pieces is None:
        return exchange
    body = _respooled(pieces, folder)
    return replace(
        exchange,
        response=replace(response, body=body, coding=coding),
        timing=_resized(exchange.timing, [len(piece) for piece in pieces]),
    )


def _coding(headers: Headers) -> str | None:
    codings = list(header_values(headers, "content-encoding"))
    return codings[0].strip().lower() if len(codings) == 1 else None


def _with_file_redacted(exchange: Exchange, sent: Request, redactor: Redactor, folder: Path) -> Exchange:
    response = exchange.response
    if response is None or not isinstance(response.body, BodyFile):
        return exchange
    sizes = [chunk.size_bytes for chunk in exchange.timing.chunks]
    stream = redactor.stream(next(header_values(response.headers, "content-type"), ""), answering=sent)
    body, sizes = _redacted_copy(response.body, sizes, stream, folder)
    _drop(response.body, body)
    headers = tuple(
        (name, str(_size(body)) if name.lower() == "content-length" and response.coding is None else value)
        for name, value in response.headers
    )
    return replace(
        exchange, response=replace(response, body=body, headers=headers), timing=_resized(exchange.timing, sizes)
    )


def _redacted_copy(body: BodyFile, sizes: Sequence[int], stream: BodyStream, folder: Path) -> tuple[Body, list[int]]:
    """The redacted body as a file below `folder`, and what became of the chunk sizes."""
    if not stream.changes and Path(body.folder) == folder:
        return body, list(sizes)
    target = spool(folder)
    for piece in iter_body(body, ()):
        target.write(stream.feed(piece))
    target.write(stream.finish())
    return target.finish(), stream.sizes(sizes)


def _respooled(pieces: Sequence[bytes], folder: Path) -> Body:
    target = spool(folder)
    for piece in pieces:
        target.write(piece)
    return target.finish()


def _drop(old: Body, new: Body) -> None:
    """Remove the file of a body that was replaced by another."""
    if isinstance(old, BodyFile) and old != new:
        remove(Path(old.folder) / old.name)


def _resized(timing: Timing, sizes: Sequence[int]) -> Timing:
    chunks = zip(timing.chunks, sizes, strict=True)
    return replace(timing, chunks=tuple(chunk._replace(size_bytes=size) for chunk, size in chunks))


def _size(body: Body) -> int:
    return len(body) if isinstance(body, bytes) else body.size_bytes
