"""HAR 1.2, as browsers, proxies and Playwright write it; see http://www.softwareishard.com/blog/har-12-spec/.

Its times are used. Bodies stand decoded. Anything but HTTP (WebSockets, `data:`) is left out. An answer whose content
was not saved counts as left early, so that reading it is an error and not an empty body.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from urllib.parse import urlencode

from playhead.formats.format import Foreign
from playhead.formats.parts import (
    Unreadable,
    as_bytes,
    as_headers,
    as_mapping,
    as_status,
    as_text,
    as_url,
    without_coding,
)
from playhead.model.cassette import Exchange
from playhead.model.http import Failure, Headers, Request, Response
from playhead.model.timing import Timing

__all__ = ["NAME", "owns", "read"]

NAME = "HAR"

_VERSIONS = {"H2": "HTTP/2", "HTTP/2.0": "HTTP/2", "H3": "HTTP/3", "HTTP/3.0": "HTTP/3", "": "HTTP/1.1"}
_BODILESS = (204, 304)
_UNKNOWN_YEAR = 1970
"""Files that were made of recordings without times count from the beginning of 1970, ours too."""


def owns(document: object) -> bool:
    """Return True for a HAR file."""
    log = document.get("log") if isinstance(document, dict) else None
    return isinstance(log, dict) and isinstance(log.get("entries"), list)


def read(document: object) -> Foreign:
    """Return what a HAR file holds."""
    assert isinstance(document, dict)
    entries = list(_entries(document["log"]["entries"]))
    began = min((each for _, _, each in entries), default=None)
    exchanges = []
    for number, (place, entry, start) in enumerate(entries, 1):
        try:
            exchanges.append(_exchange(number, entry, _microseconds(start, began)))
        except Unreadable as error:
            raise error.under(place) from None
    if exchanges and not any(each.response is None or _has_all(each) for each in exchanges):
        raise Unreadable("none of its answers has a content: save it with contents")
    known = began is not None and began.year > _UNKNOWN_YEAR
    return Foreign(exchanges, began.isoformat().replace("+00:00", "Z") if known and began is not None else "")


def _entries(entries: list[object]) -> Iterator[tuple[str, Mapping[str, object], datetime]]:
    for position, each in enumerate(entries):
        place = f"log.entries[{position}]"
        entry = as_mapping(each, place)
        url = str(as_mapping(entry.get("request"), f"{place}.request").get("url"))
        if url.lower().startswith(("http:", "https:")):
            yield place, entry, _instant(entry.get("startedDateTime"), f"{place}.startedDateTime")


def _instant(text: object, place: str) -> datetime:
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        raise Unreadable("an instant in ISO 8601 is expected", place) from None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def _microseconds(start: datetime, began: datetime | None) -> int:
    return 0 if began is None else round((start - began).total_seconds() * 1_000_000)


def _exchange(number: int, entry: Mapping[str, object], start_us: int) -> Exchange:
    asked = as_mapping(entry.get("request"), "request")
    answered = as_mapping(entry.get("response"), "response")
    request = Request(
        as_text(asked.get("method"), "request.method"),
        as_url(asked.get("url"), "request.url").partition("#")[0],
        without_coding(_headers(asked.get("headers"), "request.headers")),
        _asked_body(asked.get("postData")),
    )
    timing = _timing(entry.get("timings"), start_us)
    if answered.get("status") in (0, "0", -1):
        said = str(answered.get("_error") or entry.get("_error") or "")
        failure = Failure("ConnectError", said) if said and "ABORTED" not in said.upper() else None
        return Exchange(number, request, failure=failure, timing=Timing(start_us))
    response = Response(
        as_status(answered.get("status"), "response.status"),
        str(answered.get("statusText") or ""),
        _version(answered.get("httpVersion")),
        without_coding(_headers(answered.get("headers"), "response.headers")),
    )
    return Exchange(
        number,
        request,
        _with_content(request, response, answered.get("content"), answered.get("bodySize")),
        timing=timing,
    )


def _with_content(request: Request, response: Response, content: object, body_size: object) -> Response:
    parts = content if isinstance(content, dict) else {}
    text = parts.get("text")
    complete = True
    if text is None:
        bodiless = request.method == "HEAD" or response.status in _BODILESS or 300 <= response.status < 400
        complete = bodiless or not any(isinstance(size, int) and size > 0 for size in (parts.get("size"), body_size))
        body = b""
    elif parts.get("encoding") == "base64":
        try:
            body = base64.b64decode(as_text(text, "response.content.text"), validate=True)
        except binascii.Error:
            raise Unreadable("its base64 cannot be read", "response.content.text") from None
    else:
        body = as_bytes(text)
    return Response(response.status, response.reason, response.http, response.headers, body, complete=complete)


def _has_all(exchange: Exchange) -> bool:
    return exchange.response is not None and exchange.response.complete


def _asked_body(data: object) -> bytes:
    if not isinstance(data, dict):
        return b""
    if data.get("text") is not None:
        return as_bytes(data["text"])
    fields = [each for each in data.get("params") or () if isinstance(each, dict)]
    return urlencode([(str(each.get("name")), str(each.get("value") or "")) for each in fields]).encode()


def _headers(fields: object, place: str) -> Headers:
    """Return header fields, without the parts of HTTP/2's request and status lines that browsers list with them."""
    if not isinstance(fields, list):
        return ()
    pairs = [(each.get("name"), each.get("value")) for each in fields if isinstance(each, dict)]
    return as_headers([each for each in pairs if not str(each[0]).startswith(":")], place)


def _version(text: object) -> str:
    said = str(text or "").strip().upper()
    return _VERSIONS.get(said, said if said.startswith("HTTP/") else "HTTP/1.1")


def _timing(timings: object, start_us: int) -> Timing:
    """Return the events of an entry: its phases follow each other, and -1 is for what did not happen."""
    parts = timings if isinstance(timings, dict) else {}
    took = {name: max(0, round(float(value) * 1000)) for name, value in parts.items() if isinstance(value, int | float)}
    if not any(took.values()):
        return Timing(start_us)  # it has to have the three phases, so nothing was seen
    ready = start_us + took.get("blocked", 0) + took.get("dns", 0) + took.get("connect", 0)
    connects = isinstance(parts.get("connect"), int | float) and parts["connect"] >= 0
    sent = ready + took.get("send", 0)
    head = sent + took.get("wait", 0)
    return Timing(start_us, ready if connects else None, sent, head, end_us=head + took.get("receive", 0))
