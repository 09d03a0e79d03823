"""Cassettes of cassetter: the shape of vcrpy's, with a number for the status and typed bodies, binary ones in hex.

Bodies stand decoded, and JSON as values, so its spelling is not what it was on the wire.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from playhead.formats.format import Foreign
from playhead.formats.parts import (
    Unreadable,
    as_bytes,
    as_headers,
    as_mapping,
    as_status,
    as_text,
    as_url,
    first_sides,
    numbered,
    without_coding,
)
from playhead.model.cassette import Exchange
from playhead.model.http import Request, Response

__all__ = ["NAME", "owns", "read"]

NAME = "cassetter"


def owns(document: object) -> bool:
    """Return True if cassetter wrote a document."""
    request, response = first_sides(document, "interactions")
    return "uri" in request and isinstance(response.get("status"), int) and "code" not in response


def read(document: object) -> Foreign:
    """Return what a document of cassetter holds."""
    exchanges = numbered(document, "interactions", _exchange)
    times = [str(each["recorded_at"]) for each in _interactions(document) if each.get("recorded_at")]
    return Foreign(exchanges, min(times, default=""))


def _interactions(document: object) -> list[dict[str, object]]:
    assert isinstance(document, dict)
    return [each for each in document["interactions"] if isinstance(each, dict)]


def _exchange(number: int, interaction: Mapping[str, object]) -> Exchange:
    asked = as_mapping(interaction.get("request"), "request")
    answered = as_mapping(interaction.get("response"), "response")
    request = Request(
        as_text(asked.get("method"), "request.method"),
        as_url(asked.get("uri"), "request.uri"),
        without_coding(as_headers(asked.get("headers"), "request.headers")),
        _body(asked.get("body"), "request.body"),
    )
    response = Response(
        as_status(answered.get("status"), "response.status"),
        headers=without_coding(as_headers(answered.get("headers"), "response.headers")),
        body=_body(answered.get("body"), "response.body"),
    )
    return Exchange(number, request, response)


def _body(body: object, place: str) -> bytes:
    if body is None:
        return b""
    parts = as_mapping(body, place)
    content = parts.get("content")
    match parts.get("type"):
        case "none" | None:
            return b""
        case "json":
            return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
        case "binary":
            try:
                return bytes.fromhex(as_text(content, place))
            except ValueError:
                raise Unreadable("binary content is not in hex", place) from None
        case "text":
            return as_bytes(content)
        case other:
            raise Unreadable(f"a body of the type {str(other)[:40]!r} is not known", place)
