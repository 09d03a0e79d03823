"""Cassettes of Ruby's VCR: `http_interactions`, bodies as texts with an encoding, or in base64."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime

from playhead.formats.format import Foreign
from playhead.formats.parts import Unreadable, as_bytes, as_headers, as_mapping, as_status, as_text, as_url, numbered
from playhead.model.cassette import Exchange
from playhead.model.http import Request, Response

__all__ = ["NAME", "owns", "read", "recorder"]

NAME = "ruby VCR"


def recorder(document: object) -> str | None:
    """Return what a document says that it was recorded with; `None` if it is of another shape."""
    if not isinstance(document, dict) or not isinstance(document.get("http_interactions"), list):
        return None
    return str(document.get("recorded_with", ""))


def owns(document: object) -> bool:
    """Return True if Ruby's VCR wrote a document, or something that writes as it does."""
    return recorder(document) is not None


def read(document: object) -> Foreign:
    """Return what a document of Ruby's VCR holds."""
    assert isinstance(document, dict)
    found = document["http_interactions"]
    times = [str(each["recorded_at"]) for each in found if isinstance(each, dict) and each.get("recorded_at")]
    return Foreign(numbered(document, "http_interactions", _exchange), min(map(_iso, times), default=""))


def _exchange(number: int, interaction: Mapping[str, object]) -> Exchange:
    asked = as_mapping(interaction.get("request"), "request")
    answered = as_mapping(interaction.get("response"), "response")
    status = as_mapping(answered.get("status"), "response.status")
    message = status.get("message")
    http = answered.get("http_version")
    request = Request(
        as_text(asked.get("method"), "request.method").upper(),
        as_url(asked.get("uri"), "request.uri"),
        as_headers(asked.get("headers"), "request.headers"),
        _body(asked.get("body"), "request.body"),
    )
    response = Response(
        as_status(status.get("code"), "response.status.code"),
        "" if message is None else as_text(message, "response.status.message"),
        f"HTTP/{http}" if http else "HTTP/1.1",
        as_headers(answered.get("headers"), "response.headers"),
        _body(answered.get("body"), "response.body"),
    )
    return Exchange(number, request, response)


def _body(body: object, place: str) -> bytes:
    if not isinstance(body, dict):
        return as_bytes(body)
    if "base64_string" in body:
        try:
            return base64.b64decode(as_text(body["base64_string"], place))
        except binascii.Error:
            raise Unreadable("its base64 cannot be read", place) from None
    content = body.get("string")
    encoding = body.get("encoding")
    if not isinstance(content, str) or not isinstance(encoding, str) or encoding.upper() == "ASCII-8BIT":
        return as_bytes(content)
    try:
        return content.encode(encoding)
    except (LookupError, UnicodeEncodeError):
        return as_bytes(content)


def _iso(time: str) -> str:
    """Return an instant in ISO 8601; Ruby's VCR writes it as mail does."""
    try:
        return parsedate_to_datetime(time).astimezone(UTC).isoformat().replace("+00:00", "Z")
    except ValueError:
        return time
