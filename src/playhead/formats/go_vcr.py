"""Cassettes of go-vcr, versions 1 and 2: the address is a `url`, the status a line with its code beside it.

Answers may have a `duration`, which is when their end came; nothing tells when a request began.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlencode

from playhead.formats.format import Foreign
from playhead.formats.parts import (
    Unreadable,
    as_bytes,
    as_headers,
    as_mapping,
    as_status,
    as_url,
    first_sides,
    numbered,
)
from playhead.model.cassette import Exchange
from playhead.model.http import Request, Response
from playhead.model.timing import Timing

__all__ = ["NAME", "owns", "read"]

NAME = "go-vcr"

_DURATION = re.compile(r"([0-9.]+)(h|ms|us|µs|ns|m|s)")
_MICROSECONDS = {"h": 3.6e9, "m": 6e7, "s": 1e6, "ms": 1e3, "us": 1.0, "µs": 1.0, "ns": 1e-3}


def owns(document: object) -> bool:
    """Return True if go-vcr wrote a document."""
    request, response = first_sides(document, "interactions")
    return "url" in request and "code" in response


def read(document: object) -> Foreign:
    """Return what a document of go-vcr holds."""
    return Foreign(numbered(document, "interactions", _exchange))


def _exchange(number: int, interaction: Mapping[str, object]) -> Exchange:
    asked = as_mapping(interaction.get("request"), "request")
    answered = as_mapping(interaction.get("response"), "response")
    body = as_bytes(asked.get("body"))
    form = asked.get("form")
    if not body and isinstance(form, dict) and form:
        body = urlencode(form, doseq=True).encode()
    code = as_status(answered.get("code"), "response.code")
    line = str(answered.get("status") or "")
    request = Request(
        str(asked.get("method") or "GET").upper(),
        as_url(asked.get("url"), "request.url"),
        as_headers(asked.get("headers"), "request.headers"),
        body,
    )
    response = Response(
        code,
        line.removeprefix(str(code)).strip(),
        str(answered.get("proto") or "HTTP/1.1"),
        as_headers(answered.get("headers"), "response.headers"),
        as_bytes(answered.get("body")),
    )
    return Exchange(number, request, response, timing=_timing(number, answered.get("duration")))


def _timing(number: int, duration: object) -> Timing:
    """Return when the end of an answer came, as a recording of its own, since no two of them are on one timeline."""
    if not duration:
        return Timing()
    if isinstance(duration, int):  # nanoseconds, as Go counts them
        end_us = duration // 1000
    else:
        parts = _DURATION.findall(str(duration))
        if not parts:
            raise Unreadable("a duration such as 12.5ms is expected", "response.duration")
        end_us = round(sum(float(amount) * _MICROSECONDS[unit] for amount, unit in parts))
    return Timing(head_us=end_us, end_us=end_us, session=number - 1)
