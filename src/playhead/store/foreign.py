"""Cassettes of other tools as ours: read by `formats`, and brought into the form in which bodies are stored here.

A body that was compressed stands decoded, with its coding beside it, whether the tool kept it compressed or not; so a
client gets it as its headers say. One whose coding cannot be undone stays as it is.
"""

from __future__ import annotations

from dataclasses import replace

from playhead.codecs.coding import CODINGS, undo
from playhead.errors import NotACassette
from playhead.formats.reading import read
from playhead.model.cassette import Cassette, Exchange, Recorded
from playhead.model.collector import collector_paused
from playhead.model.http import Headers, Request, Response, header_values
from playhead.store.parsed_cache import PARSED

__all__ = ["as_stored", "foreign_instead", "load_foreign"]

_BODILESS = (204, 304)


def load_foreign(data: bytes, path: str) -> Cassette:
    """Return the cassette in a file of another tool. Raises `CassetteCorrupt`, or `NotACassette` for no known tool's.

    What such files do not hold, times and chunks, is absent.
    """
    return PARSED.read(data, lambda: _parsed(data, path))


def _parsed(data: bytes, path: str) -> Cassette:
    with collector_paused():
        reading = read(data, path)
    exchanges = tuple(map(as_stored, reading.foreign.exchanges))
    return Cassette(exchanges, Recorded(reading.foreign.recorded_at, reading.format.NAME))


def foreign_instead(error: NotACassette, data: bytes, path: str) -> Cassette:
    """Return the cassette of another tool where ours was expected; raises the error that was found otherwise."""
    try:
        return load_foreign(data, path)
    except NotACassette:
        raise error from None


def as_stored(exchange: Exchange) -> Exchange:
    """Return an exchange of another tool with its bodies decoded, and their codings beside them."""
    request, response = exchange.request, exchange.response
    if response is not None and request.method != "HEAD" and response.status not in _BODILESS:
        response = _decoded_response(response)
    return replace(exchange, request=_decoded_request(request), response=response)


def _decoded_request(request: Request) -> Request:
    coding = _coding_of(request.headers)
    if not coding or not request.body:
        return request
    assert isinstance(request.body, bytes)
    body = undo(coding, [request.body])
    return request if body is None else replace(request, body=b"".join(body), coding=coding)


def _decoded_response(response: Response) -> Response:
    """Return the response with its body decoded. One that is not in the coding of its headers was decoded before."""
    coding = _coding_of(response.headers)
    if not coding or not response.body:
        return response
    assert isinstance(response.body, bytes)
    body = undo(coding, [response.body])
    if body is not None:
        return replace(response, body=b"".join(body), coding=coding)
    return response if _is_compressed(coding, response.body) else replace(response, coding=coding)


def _coding_of(headers: Headers) -> str:
    """Return the one content coding of a body; empty if it has none, several, or one that is not known."""
    names = [name.strip().lower() for value in header_values(headers, "content-encoding") for name in value.split(",")]
    return names[0] if len(names) == 1 and names[0] in CODINGS else ""


def _is_compressed(coding: str, body: bytes) -> bool:
    """Return True for a body that is in its coding after all, but damaged: its first bytes say so."""
    if coding in ("gzip", "x-gzip"):
        return body.startswith(b"\x1f\x8b")
    return coding == "zstd" and body.startswith(b"\x28\xb5\x2f\xfd")
